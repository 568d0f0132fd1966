package org.tanada.auth.provider;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** The providers that are configured. */
@Component
public final class Providers implements DisposableBean {
  private final Map<String, OutsideProvider> providers = new TreeMap<>();
  private final HttpClient client;

  Providers(ProvidersProperties properties, ProviderCallProperties limits, InstantSource clock) {
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(limits.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor())
            .build();
    properties
        .providers()
        .forEach((name, settings) -> providers.put(name, of(name, settings, limits, clock)));
  }

  private OutsideProvider of(
      String name, ProviderSettings settings, ProviderCallProperties limits, InstantSource clock) {
    String title = settings.title() == null ? name : settings.title();
    ProviderHttp http = new ProviderHttp(client, limits);
    Refusals refusals = new Refusals(name, title);
    CodeGrant grant = new CodeGrant(settings, http, refusals);
    String issuer = settings.issuer();
    if (settings.plain() || issuer == null) {
      return new OAuthProvider(name, title, settings, grant, refusals);
    }
    return new OpenIdProvider(
        name,
        title,
        settings,
        issuer,
        new Discovery(issuer, http, limits, clock, refusals),
        grant,
        new TokenChecks(issuer, settings.clientId(), limits.clockSkew(), refusals),
        refusals);
  }

  /** All of them, by name. */
  public List<OutsideProvider> all() {
    return List.copyOf(providers.values());
  }

  /** One of them, if it is configured. */
  public Optional<OutsideProvider> find(String name) {
    return Optional.ofNullable(providers.get(name));
  }

  /** One of them. {@code not-found}. */
  public OutsideProvider get(String name) {
    return find(name)
        .orElseThrow(
            () -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such provider."));
  }

  @Override
  public void destroy() {
    client.shutdownNow();
  }
}
