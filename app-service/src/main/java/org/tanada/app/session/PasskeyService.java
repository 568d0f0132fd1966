package org.tanada.app.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.PasskeysContract.Answer;
import org.tanada.common.account.PasskeysContract.Challenge;
import org.tanada.common.account.PasskeysContract.NewPasskey;
import org.tanada.common.account.PasskeysContract.Passkey;
import org.tanada.common.account.PasskeysContract.PasskeySignIn;
import org.tanada.common.account.PasskeysContract.Site;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The browser's side of passkeys; auth-service checks what browsers answer. */
@Service
public class PasskeyService {
  /** What a browser keeps while it asks its owner; only auth servers can read it. */
  private static final HostCookie CHALLENGE = new HostCookie("tanada-passkey");

  private final PasskeysContract passkeys;
  private final FactorsContract factors;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final FreshProof fresh;
  private final String host;

  PasskeyService(
      PasskeysContract passkeys,
      FactorsContract factors,
      SessionService sessions,
      SessionCookies cookies,
      FreshProof fresh,
      AppProperties properties) {
    this.passkeys = passkeys;
    this.factors = factors;
    this.sessions = sessions;
    this.cookies = cookies;
    this.fresh = fresh;
    this.host = String.valueOf(properties.publicUrl().getHost()).toLowerCase(Locale.ROOT);
  }

  /** Whether passkeys can be used at this address: they belong to the public one's host alone. */
  public boolean offered(HttpServletRequest request) {
    return site(request).isPresent();
  }

  private Optional<Site> site(HttpServletRequest request) {
    String origin = FrontDoor.origin(request);
    try {
      return host.equals(URI.create(origin).getHost())
          ? Optional.of(new Site(host, origin))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a host that is none
    }
  }

  private Site here(HttpServletRequest request) {
    return site(request)
        .orElseThrow(() ->
            new ProblemException(
                ProblemCode.CONFLICT, "Passkeys work at " + host + ": open the page there."));
  }

  /** Options for a passkey that is there, as JSON. {@code conflict} at another address. */
  public String challenge(HttpServletRequest request, HttpServletResponse response) {
    return keep(passkeys.challenge(here(request)), request, response);
  }

  /** Options for a new one. {@code proof-required}, {@code conflict}. */
  public String challenge(Identity user, HttpServletRequest request, HttpServletResponse response) {
    fresh.require(user);
    return keep(passkeys.challenge(user.userId(), here(request)), request, response);
  }

  private static String keep(
      Challenge challenge, HttpServletRequest request, HttpServletResponse response) {
    CHALLENGE.set(request, response, challenge.ticket(), Duration.ofSeconds(challenge.seconds()));
    return challenge.options();
  }

  private static Answer answer(
      String credential, HttpServletRequest request, HttpServletResponse response) {
    String ticket = CHALLENGE.read(request);
    CHALLENGE.clear(request, response); // it is taken once
    return new Answer(ticket, credential);
  }

  /** Signs in; sets the session cookie. {@code invalid-flow}, {@code passkey-refused}. */
  public OpenedSession signIn(
      String credential, HttpServletRequest request, HttpServletResponse response) {
    return sessions.began(
        passkeys.openSession(
            new PasskeySignIn(
                answer(credential, request, response),
                SessionService.cut(request.getHeader("User-Agent")),
                FrontDoor.client(request),
                cookies.read(request))),
        request,
        response);
  }

  /** Proves who the user is. {@code invalid-flow}, {@code passkey-refused}. */
  public void prove(
      Identity user, String credential, HttpServletRequest request, HttpServletResponse response) {
    Long session = user.sessionId();
    if (session == null) {
      throw new ProblemException(ProblemCode.PROOF_REQUIRED, ProblemCode.PROOF_REQUIRED.advice());
    }
    factors.prove(
        user.userId(),
        session,
        new Proof(null, null, answer(credential, request, response), FrontDoor.client(request)));
  }

  /** The user's passkeys, newest first. */
  public List<Passkey> of(Identity user) {
    return passkeys.passkeys(user.userId());
  }

  /** Keeps a new one. {@code validation-failed}, {@code invalid-flow}, {@code passkey-refused}. */
  public void add(
      Identity user,
      String name,
      String credential,
      HttpServletRequest request,
      HttpServletResponse response) {
    passkeys.add(user.userId(), new NewPasskey(answer(credential, request, response), name));
  }

  /** Takes one away. {@code proof-required}, {@code not-found}. */
  public void remove(Identity user, long passkeyId) {
    fresh.require(user);
    passkeys.remove(user.userId(), passkeyId);
    cookies.forget(user.userId());
  }
}
