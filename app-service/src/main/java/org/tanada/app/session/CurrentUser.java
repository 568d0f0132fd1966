package org.tanada.app.session;

import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Who makes the request of this thread. Controllers take it as an argument: {@code Identity user}
 * (an answer 401 if there is none) or {@code Optional<Identity> viewer}.
 */
public final class CurrentUser {
  private CurrentUser() {}

  /** The user, or empty for an anonymous visitor. */
  public static Optional<Identity> get() {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    return authentication instanceof SignedIn signedIn
        ? Optional.of(signedIn.getPrincipal())
        : Optional.empty();
  }

  /** The user's session, or the sign-in that their token follows from; empty if it names none. */
  static Optional<Long> signIn() {
    return SecurityContextHolder.getContext().getAuthentication() instanceof SignedIn signedIn
        ? Optional.ofNullable(signedIn.signInId())
        : Optional.empty();
  }

  /**
   * The user.
   *
   * @throws ProblemException {@code unauthenticated}
   */
  public static Identity required() {
    return get()
        .orElseThrow(() -> new ProblemException(ProblemCode.UNAUTHENTICATED, "Sign in first."));
  }
}
