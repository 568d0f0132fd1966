package org.tanada.storage.blob;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * There where files of the purpose are in this node's directory: by default, and while they are
 * moved.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(OnDisk.Wanted.class)
public @interface OnDisk {
  /** Looks at the settings. */
  final class Wanted implements Condition {
    private static final String BACKEND = "tanada.storage.backend";
    private static final String OTHER = "tanada.storage.other-backend";

    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
      return any(context.getEnvironment(), PurposeRules.Backend.DISK);
    }

    /** Whether some files of the purpose may be there. */
    static boolean any(Environment settings, PurposeRules.Backend backend) {
      return backend.name().equalsIgnoreCase(settings.getProperty(BACKEND, "disk"))
          || backend.name().equalsIgnoreCase(settings.getProperty(OTHER, ""));
    }
  }
}
