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
import org.tanada.common.account.HiddenCharacters;

/**
 * Text that people wrote: so many characters (code points, as the database counts them), without
 * control characters and halves of surrogate pairs, on one line also without hidden characters;
 * null passes.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = PlainText.Validator.class)
public @interface PlainText {
  /** Fewest characters, spaces around not counted. */
  int min() default 0;

  /** Most characters. */
  int max();

  /** Whether line breaks and tabs are allowed. */
  boolean lines() default false;

  /** Replaced by what exactly is wrong. */
  String message() default "is not plain text";

  /** See Bean Validation. */
  Class<?>[] groups() default {};

  /** See Bean Validation. */
  Class<? extends Payload>[] payload() default {};

  /** Says what exactly is wrong. */
  final class Validator implements ConstraintValidator<PlainText, String> {
    private int min;
    private int max;
    private boolean lines;

    @Override
    public void initialize(PlainText rule) {
      min = rule.min();
      max = rule.max();
      lines = rule.lines();
    }

    @Override
    public boolean isValid(@Nullable String value, ConstraintValidatorContext context) {
      String flaw = value == null ? null : flaw(value);
      if (flaw == null) {
        return true;
      }
      context.disableDefaultConstraintViolation();
      context.buildConstraintViolationWithTemplate(flaw).addConstraintViolation();
      return false;
    }

    private @Nullable String flaw(String value) {
      int length = value.codePointCount(0, value.length());
      if (value.strip().codePointCount(0, value.strip().length()) < min) {
        return min == 1 ? "must not be empty" : "must have at least " + min + " characters";
      }
      if (length > max) {
        return "must have at most " + max + " characters";
      }
      for (int i = 0; i < value.length(); i += Character.charCount(value.codePointAt(i))) {
        int c = value.codePointAt(i);
        boolean line = c == '\n' || c == '\r' || c == '\t';
        if (line ? !lines : Character.isISOControl(c)) {
          return "must not contain control characters";
        }
        if (Character.getType(c) == Character.SURROGATE) {
          return "is not valid Unicode";
        }
      }
      return !lines && HiddenCharacters.in(value) ? "must not contain hidden characters" : null;
    }
  }
}
