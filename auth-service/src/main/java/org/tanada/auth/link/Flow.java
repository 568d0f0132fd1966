package org.tanada.auth.link;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.provider.Challenge;
import org.tanada.auth.token.Notes;

/**
 * A flow on its way: all that has to be known when the browser comes back.
 *
 * @param state see {@link Challenge}
 * @param nonce see {@link Challenge}
 * @param verifier see {@link Challenge}
 * @param redirectUri see {@link Challenge}
 * @param again see {@link Challenge}
 * @param next where the browser goes in the end
 * @param userId for whom an identity is linked; null to sign in
 * @param sessionId by which session of theirs
 * @param expiresAt when it is too late, in seconds since the Unix epoch
 */
record Flow(
    String state,
    String nonce,
    String verifier,
    String redirectUri,
    boolean again,
    String next,
    @Nullable Long userId,
    @Nullable Long sessionId,
    long expiresAt)
    implements Notes.Note {
  Challenge challenge() {
    return new Challenge(state, nonce, verifier, URI.create(redirectUri), again);
  }

  Instant end() {
    return Instant.ofEpochSecond(expiresAt);
  }

  @Override
  public String toString() {
    return "Flow[…]";
  }
}
