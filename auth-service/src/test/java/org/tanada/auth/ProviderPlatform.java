package org.tanada.auth;

import java.util.UUID;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.account.ProvidersContract.BeginFlow;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.LinkWish;

/**
 * Two auth servers with a provider, as OpenID Connect ({@code lying}) and as plain OAuth 2 ({@code
 * plain}), and one that is not there ({@code absent}). Started once for all tests.
 */
final class ProviderPlatform {
  static final String REDIRECT = "http://localhost:8080/sign-in/with/lying/callback";

  private static final ProviderPlatform SHARED = new ProviderPlatform();

  final LyingProvider provider = new LyingProvider();
  final AuthPlatform platform;
  final ProvidersContract providers;

  /** One more, for what leaves traces. */
  ProviderPlatform() {
    String lying = "tanada.auth.providers.lying.";
    String plain = "tanada.auth.providers.plain.";
    String absent = "tanada.auth.providers.absent.";
    platform =
        AuthPlatform.with(
            lying + "title=Lying Provider",
            lying + "issuer=" + provider.issuer(),
            lying + "client-id=" + LyingProvider.CLIENT,
            lying + "client-secret=" + LyingProvider.SECRET,
            plain + "authorization-uri=" + provider.issuer() + "/authorize",
            plain + "token-uri=" + provider.issuer() + "/token",
            plain + "user-info-uri=" + provider.issuer() + "/user",
            plain + "client-id=" + LyingProvider.CLIENT,
            plain + "client-secret=" + LyingProvider.SECRET,
            absent + "issuer=http://127.0.0.1:1",
            absent + "client-id=" + LyingProvider.CLIENT,
            absent + "client-secret=" + LyingProvider.SECRET,
            "tanada.auth.provider-calls.concurrent=2",
            "tanada.auth.provider-calls.timeout=1s");
    providers = platform.providers();
  }

  static ProviderPlatform shared() {
    return SHARED;
  }

  /** Somebody at the provider whom nobody knows yet. */
  static String stranger() {
    return "stranger-" + UUID.randomUUID().toString().substring(0, 8);
  }

  BegunFlow begin() {
    return begin("lying", null);
  }

  BegunFlow begin(String name, LinkWish link) {
    return providers.begin(name, new BeginFlow(REDIRECT, "/me", false, link));
  }

  EndedFlow end(BegunFlow begun, String parameters) {
    return end("lying", begun, parameters);
  }

  EndedFlow end(String name, BegunFlow begun, String parameters) {
    return providers.end(
        name, new EndFlow(parameters, begun.cookie(), null, null, "test", "192.0.2.1", null));
  }

  /** The whole way. */
  EndedFlow signIn(String subject) {
    BegunFlow begun = begin();
    return end(begun, provider.authorize(begun.location(), subject));
  }
}
