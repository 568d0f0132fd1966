package org.tanada.common.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Clients of other tiers: they find a node that is up, go on to the next when one fails, carry
 * credential and trace, and throw {@link ProblemException} for every error answer.
 */
public final class TierClients implements AutoCloseable {
  private static final int MAX_PROBLEM_BYTES = 64 * 1024;

  private final LiveTiers tiers;
  private final CredentialIssuer credentials;
  private final TierClientProperties limits;
  private final JsonMapper json;
  private final HttpClient http;
  private final @Nullable SSLContext tls;
  private @Nullable CloseableHttpClient blocking;

  /** Clients with these limits. */
  public TierClients(
      LiveTiers tiers, CredentialIssuer credentials, TierClientProperties limits, JsonMapper json) {
    this(tiers, credentials, limits, json, null);
  }

  /** The same where nodes may be called by TLS, with what the calls need for that. */
  public TierClients(
      LiveTiers tiers,
      CredentialIssuer credentials,
      TierClientProperties limits,
      JsonMapper json,
      @Nullable SSLContext tls) {
    this.tls = tls;
    this.tiers = tiers;
    this.credentials = credentials;
    this.limits = limits;
    this.json = json;
    HttpClient.Builder streaming =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(limits.connectTimeout())
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    this.http = (tls == null ? streaming : streaming.sslContext(tls)).build();
  }

  /** A proxy of an {@code @HttpExchange} contract that calls the tier. */
  public <T> T of(Class<T> contract, String tier) {
    return HttpServiceProxyFactory.builderFor(RestClientAdapter.create(rest(tier)))
        .build()
        .createClient(contract);
  }

  /** A client of the tier for bodies that fit in memory; paths are relative to a node. */
  public RestClient rest(String tier) {
    return RestClient.builder()
        .baseUrl("http://" + tier)
        .requestFactory(new HttpComponentsClientHttpRequestFactory(blocking()))
        .requestInterceptor(
            new TierInterceptor(failover(tier), credentials, ServiceName.ofTier(tier)))
        .defaultStatusHandler(HttpStatusCode::isError, (request, response) -> raise(response))
        .build();
  }

  /** Calls of the tier where a contract's proxy costs too much. */
  public TierCaller caller(String tier) {
    return new TierCaller(this, credentials, ServiceName.ofTier(tier), blocking(), failover(tier));
  }

  /** Made when the first caller asks for it: the edges and the gateways never do. */
  private synchronized CloseableHttpClient blocking() {
    CloseableHttpClient made = blocking;
    if (made == null) {
      made = BlockingHttp.client(limits, tls);
      blocking = made;
    }
    return made;
  }

  private Failover failover(String tier) {
    return new Failover(tier, tiers.tier(tier), limits);
  }

  /** A plain client for streams; its callers choose nodes by {@link #tiers()}. */
  public HttpClient http() {
    return http;
  }

  /** The live view of the tiers. */
  public LiveTiers tiers() {
    return tiers;
  }

  /** What a streaming caller must show the tier in {@link TanadaHeaders#SERVICE_CREDENTIAL}. */
  public String credential(String tier) {
    return credentials.of(ServiceName.ofTier(tier));
  }

  @Override
  public synchronized void close() {
    http.shutdownNow();
    if (blocking != null) {
      blocking.close(CloseMode.IMMEDIATE);
    }
  }

  /** The exception for an error answer with this body. */
  public ProblemException problem(int status, byte[] body) {
    try {
      Problem problem = json.readValue(body, Problem.class);
      if (problem != null && problem.code() != null) { // "null" is JSON, too
        return ProblemException.of(problem);
      }
    } catch (JacksonException e) {
      return new ProblemException(
          ProblemCode.ofStatus(status), "The server answered " + status + ".", e);
    }
    return new ProblemException(
        ProblemCode.ofStatus(status), "The server answered " + status + ".");
  }

  private void raise(ClientHttpResponse response) throws IOException {
    try (InputStream body = response.getBody()) {
      throw problem(response.getStatusCode().value(), body.readNBytes(MAX_PROBLEM_BYTES));
    }
  }
}
