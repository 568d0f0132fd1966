package org.tanada.app.session;

import com.github.benmanes.caffeine.cache.Ticker;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.FrontDoor;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.account.ProvidersContract.BeginFlow;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.LinkWish;
import org.tanada.common.account.ProvidersContract.LogoutToken;
import org.tanada.common.account.ProvidersContract.OfferedProvider;
import org.tanada.common.account.ProvidersContract.ProviderSignOut;
import org.tanada.common.account.ProvidersContract.Return;
import org.tanada.common.account.ProvidersContract.Ways;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The browser's side of signing in by an outside provider; auth-service speaks with it. */
@Service
public class ProviderService {
  private static final Logger log = LoggerFactory.getLogger(ProviderService.class);

  /** What a browser keeps while it is at a provider; only auth servers can read it. */
  private static final HostCookie FLOW = new HostCookie("tanada-flow");

  private final ProvidersContract providers;
  private final SessionService sessions;
  private final SessionCookies cookies;
  private final FreshProof fresh;
  private final String publicUrl;
  private final ProviderOffer offer;

  ProviderService(
      ProvidersContract providers,
      SessionService sessions,
      SessionCookies cookies,
      FreshProof fresh,
      AppProperties properties) {
    this.providers = providers;
    this.sessions = sessions;
    this.cookies = cookies;
    this.fresh = fresh;
    this.publicUrl = properties.publicUrl().toString().replaceAll("/+$", "");
    this.offer = new ProviderOffer(providers::providers, Ticker.systemTicker());
  }

  /** The providers to offer. The sign-in page does not fail for want of them. */
  public List<OfferedProvider> offered() {
    return offer.get();
  }

  /**
   * The address that this request should have had: providers send browsers back to one address, and
   * the cookies have to be there. Empty if it is right.
   */
  public Optional<String> elsewhere(HttpServletRequest request) {
    if (FrontDoor.origin(request).equalsIgnoreCase(publicUrl)) {
      return Optional.empty();
    }
    String query = request.getQueryString();
    return Optional.of(publicUrl + request.getRequestURI() + (query == null ? "" : "?" + query));
  }

  /**
   * Begins a sign-in and sets the flow's cookie.
   *
   * @param next where the browser goes in the end
   * @param again whether the user has to prove anew at the provider who they are
   * @return where to send the browser
   * @throws ProblemException {@code not-found}, {@code provider-unavailable}, {@code
   *     provider-failed}
   */
  public String begin(
      String provider,
      String next,
      boolean again,
      HttpServletRequest request,
      HttpServletResponse response) {
    return begin(provider, new BeginFlow(callback(provider), next, again, null), request, response);
  }

  /**
   * Begins to link an identity with the user.
   *
   * @param password the user's; null if they have just signed in
   * @return where to send the browser
   * @throws ProblemException {@code proof-required}, {@code invalid-credentials}; {@code conflict}
   *     at another address than the public one; as {@link #begin}
   */
  public String beginLink(
      Identity user,
      String provider,
      @Nullable String password,
      HttpServletRequest request,
      HttpServletResponse response) {
    Long session = user.sessionId();
    if (session == null) {
      throw new ProblemException(ProblemCode.PROOF_REQUIRED, "Only a browser can link.");
    }
    if (elsewhere(request).isPresent()) {
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "Open your profile at " + publicUrl + "/me: there it can be linked.");
    }
    return begin(
        provider,
        new BeginFlow(
            callback(provider), "/me", false, new LinkWish(user.userId(), session, password)),
        request,
        response);
  }

  private String begin(
      String provider, BeginFlow begin, HttpServletRequest request, HttpServletResponse response) {
    BegunFlow begun = providers.begin(provider, begin);
    FLOW.set(request, response, begun.cookie(), Duration.ofSeconds(begun.seconds()));
    return begun.location();
  }

  private String callback(String provider) {
    return publicUrl + "/sign-in/with/" + provider + "/callback";
  }

  /**
   * Ends a flow: sets the session cookie, unless an identity was linked.
   *
   * @throws ProblemException {@code invalid-flow}; {@code provider-declined}; {@code
   *     provider-failed}; {@code provider-unavailable}; {@code email-taken}; {@code identity-taken}
   */
  public EndedFlow end(String provider, HttpServletRequest request, HttpServletResponse response) {
    Optional<Identity> user = CurrentUser.get();
    String flow = FLOW.read(request);
    FLOW.clear(request, response); // a flow ends once
    String query = request.getQueryString();
    EndedFlow ended =
        providers.end(
            provider,
            new EndFlow(
                query == null ? "" : query,
                flow,
                user.map(Identity::userId).orElse(null),
                user.map(Identity::sessionId).orElse(null),
                SessionService.cut(request.getHeader("User-Agent")),
                FrontDoor.client(request),
                cookies.read(request)));
    if (ended.session() != null) {
      sessions.began(ended.session(), request, response);
    }
    return ended;
  }

  /** Ends what a logout token names. {@code malformed-request}, {@code provider-unavailable}. */
  public void backChannelLogout(String provider, String logoutToken) {
    providers.backChannelLogout(provider, new LogoutToken(logoutToken));
  }

  /**
   * Where the user can sign out at the provider that opened their session; asked before it ends.
   * Nowhere if that cannot be found out: signing out here does not depend on it.
   */
  public ProviderSignOut signOut(Identity user) {
    Long session = user.sessionId();
    try {
      return session == null
          ? ProviderSignOut.NOWHERE
          : providers.providerSignOut(user.userId(), session, new Return(publicUrl + "/sign-in"));
    } catch (ProblemException e) {
      log.info("the sign-out at the provider is left out: {}", e.getMessage());
      return ProviderSignOut.NOWHERE;
    }
  }

  /** How the user can sign in. */
  public Ways ways(Identity user) {
    return providers.ways(user.userId());
  }

  /** Takes a way away. {@code not-found}, {@code last-way}, {@code proof-required}. */
  public void unlink(Identity user, long linkId) {
    fresh.require(user);
    providers.unlink(user.userId(), linkId);
    cookies.forget(user.userId());
  }
}
