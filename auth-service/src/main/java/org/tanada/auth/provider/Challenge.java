package org.tanada.auth.provider;

import java.net.URI;

/**
 * What one flow is told apart by.
 *
 * @param state returns with the browser (RFC 6749, 10.12)
 * @param nonce returns in the ID token (OpenID Connect Core 1.0, 3.1.2.1)
 * @param verifier shown with the code; its digest was sent before (RFC 7636)
 * @param redirectUri where the provider sends the browser
 * @param again whether the user has to prove anew who they are
 */
public record Challenge(
    String state, String nonce, String verifier, URI redirectUri, boolean again) {
  @Override
  public String toString() {
    return "Challenge[…]";
  }
}
