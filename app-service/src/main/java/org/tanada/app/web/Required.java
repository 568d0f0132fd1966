package org.tanada.app.web;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.jspecify.annotations.Nullable;

/**
 * The client must send the field. Not Bean Validation's own {@code NotNull}, which the compiler's
 * null checks would take for a promise that it is there before anybody has looked.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Required.Validator.class)
public @interface Required {
  /** What is said of a missing field. */
  String message() default "is required";

  /** See Bean Validation. */
  Class<?>[] groups() default {};

  /** See Bean Validation. */
  Class<? extends Payload>[] payload() default {};

  /** Looks whether it is there. */
  final class Validator implements ConstraintValidator<Required, Object> {
    @Override
    public boolean isValid(@Nullable Object value, ConstraintValidatorContext context) {
      return value != null;
    }
  }
}
