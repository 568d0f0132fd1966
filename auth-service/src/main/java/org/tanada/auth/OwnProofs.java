package org.tanada.auth;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.throttle.Throttle;

/**
 * Lets users who are signed in show once more who they are: guesses are slowed down, and the audit
 * log has the wrong ones.
 */
@Component
final class OwnProofs {
  private final Throttle throttle;
  private final Audit audit;

  OwnProofs(Throttle throttle, Audit audit) {
    this.throttle = throttle;
    this.audit = audit;
  }

  /**
   * Does what a wrong password or code refuses.
   *
   * @param network address of the client; null if unknown
   */
  <T> T of(long userId, @Nullable String network, Supplier<T> proof) {
    return throttle.password(
        userId, network, () -> audit.signIn(() -> Optional.of(userId), network, proof));
  }

  /** The same for what has no result. */
  void of(long userId, @Nullable String network, Runnable proof) {
    of(
        userId,
        network,
        () -> {
          proof.run();
          return userId;
        });
  }
}
