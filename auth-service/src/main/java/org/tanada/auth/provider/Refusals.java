package org.tanada.auth.provider;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Why nobody was signed in: a sentence for the visitor, and for the operator's log the reason,
 * which never has a code, a token or a secret in it.
 */
final class Refusals {
  private static final Logger log = LoggerFactory.getLogger(Refusals.class);
  private static final int MAX_REASON = 200;

  private final String name;
  private final String title;

  Refusals(String name, String title) {
    this.name = name;
    this.title = title;
  }

  /** What the provider answered is not right. */
  ProblemException failed(String reason, @Nullable Throwable cause) {
    log.warn("provider {} failed: {}", name, printable(reason));
    String detail = "The answer of " + title + " is not right: nobody was signed in.";
    return cause == null
        ? new ProblemException(ProblemCode.PROVIDER_FAILED, detail)
        : new ProblemException(ProblemCode.PROVIDER_FAILED, detail, cause);
  }

  /** It did not answer. */
  ProblemException unavailable(Throwable cause) {
    log.warn("provider {} is unavailable: {}", name, printable(String.valueOf(cause.getMessage())));
    return new ProblemException(
        ProblemCode.PROVIDER_UNAVAILABLE, title + " does not answer in time.", cause);
  }

  /** It, or the user there, said no. */
  ProblemException declined(@Nullable String error) {
    log.info("provider {} declined: {}", name, printable(String.valueOf(error)));
    return new ProblemException(
        ProblemCode.PROVIDER_DECLINED, title + " did not sign you in: you may begin again.");
  }

  /** A logout token is not good. */
  ProblemException badLogout(String reason) {
    log.warn("provider {}: a logout token is refused: {}", name, printable(reason));
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, "The logout token is not good.");
  }

  private static String printable(String text) {
    String plain = text.replaceAll("[^ -~]", "?");
    return plain.length() <= MAX_REASON ? plain : plain.substring(0, MAX_REASON);
  }
}
