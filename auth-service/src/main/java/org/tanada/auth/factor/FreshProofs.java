package org.tanada.auth.factor;

import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.Credentials;
import org.tanada.auth.passkey.Passkeys;
import org.tanada.auth.session.LiveSessions;
import org.tanada.auth.token.TokenGrants;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.PasskeysContract.Answer;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What is dangerous is let do only who has shown in the last minutes that they are the user: by
 * signing in, or in a session that is open already by the password, a code or a passkey. One rule
 * for all of it.
 */
@Component
public final class FreshProofs {
  private final LiveSessions sessions;
  private final TokenGrants tokens;
  private final Credentials credentials;
  private final SecondFactors factors;
  private final Passkeys passkeys;
  private final ProofProperties properties;
  private final InstantSource clock;

  FreshProofs(
      LiveSessions sessions,
      TokenGrants tokens,
      Credentials credentials,
      SecondFactors factors,
      Passkeys passkeys,
      ProofProperties properties,
      InstantSource clock) {
    this.sessions = sessions;
    this.tokens = tokens;
    this.credentials = credentials;
    this.factors = factors;
    this.passkeys = passkeys;
    this.properties = properties;
    this.clock = clock;
  }

  /**
   * Proves it for the session's next minutes.
   *
   * @throws ProblemException {@code invalid-credentials}; {@code wrong-code}; {@code
   *     passkey-refused}; {@code too-many-requests}; {@code proof-required} if there is no such
   *     session
   */
  public void prove(long userId, long sessionId, Proof proof) {
    if (!sessions.lives(userId, sessionId)) {
      throw required();
    }
    String password = proof.password();
    Answer passkey = proof.passkey();
    if (password != null) {
      credentials.prove(userId, password);
    } else if (passkey != null) {
      passkeys.prove(userId, passkey, proof.network());
    } else {
      factors.prove(userId, proof.code(), proof.network());
    }
    if (!sessions.proved(userId, sessionId)) {
      throw required();
    }
  }

  /**
   * Lets pass who has proved it in the last minutes.
   *
   * @param signInId the session, or the sign-in that a token follows from
   * @throws ProblemException {@code proof-required}
   */
  public void require(long userId, long signInId) {
    Instant since = clock.instant().minus(properties.lifetime());
    if (!sessions.provedSince(userId, signInId, since)
        && !tokens.beganSince(userId, signInId, since)) {
      throw required();
    }
  }

  /** The same, or who proves it now by the password. */
  public void require(long userId, long sessionId, @Nullable String password) {
    if (password != null) {
      prove(userId, sessionId, new Proof(password, null, null, null));
    } else {
      require(userId, sessionId);
    }
  }

  private static ProblemException required() {
    return new ProblemException(ProblemCode.PROOF_REQUIRED, ProblemCode.PROOF_REQUIRED.advice());
  }
}
