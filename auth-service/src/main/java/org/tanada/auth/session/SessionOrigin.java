package org.tanada.auth.session;

import org.jspecify.annotations.Nullable;

/**
 * By what provider, or passkey, a session was opened.
 *
 * @param linkId the link with the identity there, or the passkey
 * @param providerSession digest of the session there; null if it named none
 * @param idTokenEncrypted what it wants to see at sign-out, encrypted; null if nothing
 */
public record ProviderOrigin(
    long linkId, @Nullable String providerSession, @Nullable String idTokenEncrypted) {
  @Override
  public String toString() {
    return "ProviderOrigin[linkId=" + linkId + "]";
  }
}
