package org.tanada.app.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.FactorsContract.Confirmation;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Factors;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.FactorsContract.RecoveryCodes;
import org.tanada.common.account.FactorsContract.SecondStep;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The browser's and the API's side of second factors, and of proofs in a session. */
@Service
public class FactorService {
  /** How long the browser keeps a ticket; auth-service says how long it is good. */
  private static final Duration KEPT = Duration.ofMinutes(5);

  /** What a browser keeps between the two steps; only auth servers can read it. */
  private static final HostCookie STEP = new HostCookie("tanada-step");

  private final FactorsContract factors;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final FreshProof fresh;

  FactorService(
      FactorsContract factors, SessionService sessions, SessionCookies cookies, FreshProof fresh) {
    this.factors = factors;
    this.sessions = sessions;
    this.cookies = cookies;
    this.fresh = fresh;
  }

  /**
   * A second step.
   *
   * @param ticket of the first one; a secret
   * @param code of the app, or a recovery code
   */
  record Step(String ticket, String code) {
    @Override
    public String toString() {
      return "Step[…]";
    }
  }

  /** Lets the browser keep the ticket of a first step. */
  public void remember(String ticket, HttpServletRequest request, HttpServletResponse response) {
    STEP.set(request, response, ticket, KEPT);
  }

  /** Whether the browser is between the two steps. */
  public boolean isBetween(HttpServletRequest request) {
    return STEP.read(request) != null;
  }

  /**
   * The second step of the browser that has the ticket; sets the session cookie.
   *
   * @throws ProblemException {@code invalid-flow}, {@code wrong-code}, {@code too-many-requests}
   */
  public OpenedSession signIn(
      String code, HttpServletRequest request, HttpServletResponse response) {
    String ticket = STEP.read(request);
    if (ticket == null) {
      throw new ProblemException(ProblemCode.INVALID_FLOW, ProblemCode.INVALID_FLOW.advice());
    }
    OpenedSession opened = signIn(new Step(ticket, code), request, response);
    STEP.clear(request, response);
    return opened;
  }

  /** The same for who brings the ticket along. */
  OpenedSession signIn(Step step, HttpServletRequest request, HttpServletResponse response) {
    return sessions.began(
        factors.openSession(step(step, request, cookies.read(request))), request, response);
  }

  /** The same for tokens. */
  Tokens tokens(Step step, HttpServletRequest request) {
    return factors.tokens(step(step, request, null));
  }

  private static SecondStep step(Step step, HttpServletRequest request, @Nullable String replaces) {
    return new SecondStep(
        step.ticket(),
        step.code(),
        SessionService.cut(request.getHeader("User-Agent")),
        FrontDoor.client(request),
        replaces);
  }

  /** What the user proves by, beside the password. */
  public Factors of(Identity user) {
    return factors.factors(user.userId());
  }

  /** Begins to enrol an app. {@code proof-required}, {@code conflict}. */
  public Enrolment begin(Identity user) {
    fresh.require(user);
    return factors.beginTotp(user.userId());
  }

  /** Ends it. {@code invalid-flow}, {@code wrong-code}, {@code conflict}. */
  public RecoveryCodes confirm(Identity user, String ticket, String code) {
    return factors.confirmTotp(user.userId(), new Confirmation(ticket, code));
  }

  /** Asks for codes no more. {@code proof-required}, {@code not-found}. */
  public void end(Identity user) {
    fresh.require(user);
    factors.endTotp(user.userId());
  }

  /** New recovery codes. {@code proof-required}, {@code not-found}. */
  public RecoveryCodes newCodes(Identity user) {
    fresh.require(user);
    return factors.newRecoveryCodes(user.userId());
  }

  /**
   * Proves for the session's next minutes who the user is.
   *
   * @throws ProblemException {@code invalid-credentials}, {@code wrong-code}, {@code
   *     too-many-requests}; {@code proof-required} for a token, which is fetched anew instead
   */
  public void prove(
      Identity user, @Nullable String password, @Nullable String code, HttpServletRequest request) {
    Long session = user.sessionId();
    if (session == null) {
      throw new ProblemException(
          ProblemCode.PROOF_REQUIRED, "Fetch new tokens by your password: they are proof enough.");
    }
    factors.prove(
        user.userId(), session, new Proof(password, code, null, FrontDoor.client(request)));
  }
}
