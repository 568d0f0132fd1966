package org.tanada.auth.factor;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.token.Notes;
import org.tanada.common.account.FactorsContract.SecondStep;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Sign-ins by password, in one step or in two. Between the two the browser keeps a ticket that says
 * whose password was right; without a code it opens nothing.
 */
@Component
public final class FactorSignIns {
  private static final Duration LIFETIME = Duration.ofMinutes(5);
  private static final String PURPOSE = "second step";

  private final SignIns signIns;
  private final SecondFactors factors;
  private final Notes notes;
  private final InstantSource clock;

  FactorSignIns(SignIns signIns, SecondFactors factors, Notes notes, InstantSource clock) {
    this.signIns = signIns;
    this.factors = factors;
    this.notes = notes;
    this.clock = clock;
  }

  /**
   * The first step, and the only one without a second factor.
   *
   * @throws ProblemException {@code second-factor-required} with the ticket; {@code
   *     invalid-credentials}; {@code account-locked}; {@code unavailable}
   */
  public SignIns.Proof first(@Nullable String email, @Nullable String password) {
    SignIns.Proof proof = signIns.authenticate(email, password);
    long userId = proof.user().id();
    if (factors.wanted(userId)) {
      long end = clock.instant().plus(LIFETIME).getEpochSecond();
      throw ProblemException.secondStep(
          notes.write(PURPOSE, new Ticket(userId, proof.fingerprint(), end)));
    }
    return proof;
  }

  /**
   * The second step.
   *
   * @throws ProblemException {@code invalid-flow}; {@code wrong-code}; {@code too-many-requests};
   *     {@code account-locked}; {@code unavailable} if the password was changed meanwhile
   */
  public SignIns.Proof second(SecondStep step) {
    Ticket ticket = ticket(step.ticket()).orElseThrow(FactorSignIns::tooLate);
    SignIns.Proof proof = signIns.again(ticket.userId(), ticket.fingerprint());
    factors.prove(ticket.userId(), step.code(), step.network());
    return proof;
  }

  /** Whose ticket it is, if it is one. */
  public Optional<Long> holder(@Nullable String text) {
    return ticket(text).map(Ticket::userId);
  }

  private Optional<Ticket> ticket(@Nullable String text) {
    return notes.read(PURPOSE, text, Ticket.class);
  }

  private static ProblemException tooLate() {
    return new ProblemException(
        ProblemCode.INVALID_FLOW, "The password was given too long ago: sign in again.");
  }

  /**
   * Whose password was right.
   *
   * @param userId whose
   * @param fingerprint of what the password was held against
   * @param expiresAt when it is too late
   */
  record Ticket(long userId, String fingerprint, long expiresAt) implements Notes.Note {
    @Override
    public String toString() {
      return "Ticket[…]";
    }
  }
}
