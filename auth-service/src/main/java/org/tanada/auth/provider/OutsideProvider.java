package org.tanada.auth.provider;

import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemException;

/** A provider that people may sign in by. */
public interface OutsideProvider {
  /** Its name in the configuration and in addresses. */
  String name();

  /** Its name for people. */
  String title();

  /**
   * Where to send the browser.
   *
   * @throws ProblemException {@code provider-unavailable}, {@code provider-failed}
   */
  URI authorization(Challenge challenge);

  /**
   * Who came back.
   *
   * @param parameters the query that the browser came back with
   * @throws ProblemException {@code provider-declined}; {@code provider-failed}, and nobody is
   *     anybody; {@code provider-unavailable}
   */
  ProviderIdentity identity(Challenge challenge, String parameters);

  /**
   * Looks at a logout token, but for whether it was used before.
   *
   * @throws ProblemException {@code malformed-request} if it is not good; {@code
   *     provider-unavailable}
   */
  LogoutNotice logout(String token);

  /** Whether the provider can be asked to sign out. */
  boolean signsOut();

  /**
   * Where to send the browser to sign out there; null if the provider does not offer it.
   *
   * @param idToken of the session that ends; null if it was not kept
   * @param back where the provider shall send the browser then
   * @throws ProblemException {@code provider-unavailable}, {@code provider-failed}
   */
  @Nullable URI signOut(@Nullable String idToken, URI back);
}
