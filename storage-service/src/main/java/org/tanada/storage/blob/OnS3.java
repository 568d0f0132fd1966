package org.tanada.storage.blob;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** There where files of the purpose are in a bucket, also while they are moved. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnS3.Wanted.class)
public @interface OnS3 {
  /** Looks at the settings. */
  final class Wanted implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return OnDisk.Wanted.any(context.getEnvironment(), PurposeRules.Backend.S3);
    }
  }

  /** Whether all of them are. */
  final class Alone implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return !OnDisk.Wanted.any(context.getEnvironment(), PurposeRules.Backend.DISK);
    }
  }
}
