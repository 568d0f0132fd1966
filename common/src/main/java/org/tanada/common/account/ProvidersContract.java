package org.tanada.common.account;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.tanada.common.account.AccountsContract.OpenedSession;

/**
 * Signing in by outside providers (OpenID Connect, OAuth 2), as auth-service offers it to the app
 * servers. A flow's state travels in a cookie that only auth servers can read: any of them may end
 * what another began. Errors are problems with the codes that the pages show.
 */
@HttpExchange("/v1")
public interface ProvidersContract {
  /** The providers that are configured, in the order of their names. */
  @GetExchange("/providers")
  List<OfferedProvider> providers();

  /**
   * Begins a flow. {@code not-found} if there is no such provider, {@code proof-required} or {@code
   * invalid-credentials} if an identity shall be linked by somebody who has not proved to be the
   * user, {@code provider-unavailable}, {@code provider-failed}.
   */
  @PostExchange("/providers/{provider}/flows")
  BegunFlow begin(@PathVariable("provider") String provider, @RequestBody BeginFlow begin);

  /**
   * Ends a flow: signs in, makes an account, or links. {@code invalid-flow} if this browser did not
   * begin it, or it has ended; {@code provider-declined}, {@code provider-failed}, {@code
   * provider-unavailable}; {@code email-taken} if a new account would need a taken address; {@code
   * identity-taken} if another account is linked with the identity.
   */
  @PostExchange("/providers/{provider}/callbacks")
  EndedFlow end(@PathVariable("provider") String provider, @RequestBody EndFlow end);

  /**
   * Ends the sessions that a logout token names (OpenID Connect Back-Channel Logout 1.0). {@code
   * malformed-request} if the token is not good, or was used before.
   */
  @PostExchange("/providers/{provider}/logouts")
  void backChannelLogout(
      @PathVariable("provider") String provider, @RequestBody LogoutToken logoutToken);

  /**
   * Where a browser has to go to sign out at the provider as well; asked before the session is
   * ended (OpenID Connect RP-Initiated Logout 1.0).
   */
  @PostExchange("/users/{userId}/sessions/{sessionId}/provider-sign-outs")
  ProviderSignOut providerSignOut(
      @PathVariable("userId") long userId,
      @PathVariable("sessionId") long sessionId,
      @RequestBody Return back);

  /** How a user can sign in. */
  @GetExchange("/users/{userId}/ways")
  Ways ways(@PathVariable("userId") long userId);

  /**
   * Unlinks an identity, which ends the sessions that were opened by it. {@code not-found}, {@code
   * last-way} if nothing would be left to sign in with.
   */
  @DeleteExchange("/users/{userId}/ways/{linkId}")
  void unlink(@PathVariable("userId") long userId, @PathVariable("linkId") long linkId);

  /**
   * A provider as pages show it.
   *
   * @param name its name in the configuration and in addresses
   * @param title its name for people
   */
  record OfferedProvider(String name, String title) {}

  /**
   * A flow to begin.
   *
   * @param redirectUri where the provider shall send the browser, as registered there
   * @param next where the browser shall go in the end, a path of ours
   * @param again whether the user shall prove anew at the provider who they are
   * @param link for whom an identity shall be linked; null to sign in
   */
  record BeginFlow(String redirectUri, String next, boolean again, @Nullable LinkWish link) {}

  /**
   * Who wants to link an identity. They have proved shortly before to be the user: by the password,
   * or by a session that has just begun.
   *
   * @param userId the user
   * @param sessionId their session
   * @param password the user's; null if the session shall be proof enough
   */
  record LinkWish(long userId, long sessionId, @Nullable String password) {
    @Override
    public String toString() {
      return "LinkWish[userId=" + userId + ", sessionId=" + sessionId + "]";
    }
  }

  /**
   * A flow that has begun.
   *
   * @param location where to send the browser
   * @param cookie what the browser has to bring back, encrypted; a secret
   * @param seconds how long that is good
   */
  record BegunFlow(String location, String cookie, long seconds) {
    @Override
    public String toString() {
      return "BegunFlow[…]";
    }
  }

  /**
   * What came back with the browser.
   *
   * @param parameters the query of the redirect as it came; a secret
   * @param cookie of the flow; null if the browser brought none
   * @param userId who is signed in there; null if nobody is
   * @param sessionId by which session
   * @param userAgent of the client, cut to 200 characters; null if unknown
   * @param network address of the client; null if unknown. Only its network is kept
   * @param replaces the session cookie that the browser had before, a secret; null if there is none
   */
  record EndFlow(
      String parameters,
      @Nullable String cookie,
      @Nullable Long userId,
      @Nullable Long sessionId,
      @Nullable String userAgent,
      @Nullable String network,
      @Nullable String replaces) {
    @Override
    public String toString() {
      return "EndFlow[…]";
    }
  }

  /**
   * A flow that has come to its end.
   *
   * @param session the new one; null if an identity was linked
   * @param created whether an account was made
   * @param next where the browser shall go, as given at the beginning
   */
  record EndedFlow(@Nullable OpenedSession session, boolean created, String next) {}

  /**
   * A logout token.
   *
   * @param logoutToken as the provider sent it
   */
  record LogoutToken(String logoutToken) {
    @Override
    public String toString() {
      return "LogoutToken[…]";
    }
  }

  /**
   * Where to come back to.
   *
   * @param uri as registered with the provider
   */
  record Return(String uri) {}

  /**
   * Signing out at the provider.
   *
   * @param location where to send the browser; null if the session was not opened by a provider
   *     that offers it
   * @param title of the provider
   */
  record ProviderSignOut(@Nullable String location, @Nullable String title) {
    /** The session was not opened by a provider that can be signed out of. */
    public static final ProviderSignOut NOWHERE = new ProviderSignOut(null, null);

    @Override
    public String toString() {
      return "ProviderSignOut[…]";
    }
  }

  /**
   * How a user can sign in.
   *
   * @param password whether by a password
   * @param links by which identities
   */
  record Ways(boolean password, List<Link> links) {
    public Ways {
      links = List.copyOf(links);
    }
  }

  /**
   * An identity that a user can sign in with.
   *
   * @param id of the link
   * @param provider name of the provider
   * @param title of the provider
   * @param label what the user is called there; null if it did not say
   */
  record Link(long id, String provider, String title, @Nullable String label) {}
}
