package org.tanada.auth.session;

import org.jspecify.annotations.Nullable;

/**
 * What a session was opened by, if not by a password.
 *
 * @param openedBy row of the link with an identity at a provider, or of the passkey
 * @param providerSession digest of the session at the provider; null if it named none
 * @param idTokenEncrypted what the provider wants to see at sign-out, encrypted; null if nothing
 */
public record SessionOrigin(
    long openedBy, @Nullable String providerSession, @Nullable String idTokenEncrypted) {
  @Override
  public String toString() {
    return "SessionOrigin[openedBy=" + openedBy + "]";
  }
}
