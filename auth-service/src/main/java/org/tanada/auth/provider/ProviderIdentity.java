package org.tanada.auth.provider;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who somebody is at a provider: issuer and subject together, and nothing else.
 *
 * @param issuer who says so, at most 255 characters
 * @param subject never given to another one there, at most 255 characters
 * @param session their session at the provider ({@code sid}); null if it names none
 * @param idToken as it came, for the sign-out at the provider; null without OpenID Connect
 * @param profile what else the provider knows; may have to ask for it
 */
public record ProviderIdentity(
    String issuer,
    String subject,
    @Nullable String session,
    @Nullable String idToken,
    Supplier<Profile> profile) {
  /** Longest issuer and longest subject. */
  static final int MAX_LENGTH = 255;

  @Override
  public String toString() {
    return "ProviderIdentity[issuer=" + issuer + "]";
  }

  /**
   * What may be used to propose names, and proves nothing.
   *
   * @param username null if it is not told
   * @param displayName null if it is not told
   * @param verifiedEmail an address that the provider says to have verified; null if there is none
   */
  public record Profile(
      @Nullable String username, @Nullable String displayName, @Nullable String verifiedEmail) {}
}
