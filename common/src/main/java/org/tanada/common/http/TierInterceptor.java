package org.tanada.common.http;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;

/**
 * Sends a call to a node of the tier, and to the next one when that fails. Every internal call may
 * be repeated: reads by nature, transactions by their idempotency keys, the rest because a second
 * time does no harm.
 */
final class TierInterceptor implements ClientHttpRequestInterceptor {
  private final String tier;
  private final LiveTier nodes;
  private final String credential;
  private final int attempts;
  private final RetryBudget budget;

  TierInterceptor(String tier, LiveTier nodes, String credential, TierClientProperties limits) {
    this.tier = tier;
    this.nodes = nodes;
    this.credential = credential;
    this.attempts = limits.attempts();
    this.budget = new RetryBudget(limits.retryBudgetPercent());
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
    budget.called();
    request.getHeaders().set(TanadaHeaders.SERVICE_CREDENTIAL, credential);
    request.getHeaders().set(TanadaHeaders.TRACEPARENT, TraceContext.outgoing());
    List<Node> candidates = nodes.candidates();
    IOException last = null;
    ClientHttpResponse refusal = null;
    for (int attempt = 0; attempt < attempts && !candidates.isEmpty(); attempt++) {
      if (attempt > 0 && !budget.tryRetry()) {
        break;
      }
      Node node = candidates.get(attempt % candidates.size());
      try {
        ClientHttpResponse response =
            ReadResponse.of(execution.execute(new At(request, node.address()), body));
        // 503: it is leaving or not ready yet, while the next one may be
        boolean another = attempt + 1 < attempts && candidates.size() > 1;
        if (response.getStatusCode().value() == 503 && another) {
          refusal = response;
          continue;
        }
        return remember(response);
      } catch (IOException e) {
        nodes.reportFailure(node);
        last = e;
      }
    }
    if (refusal != null) {
      return remember(refusal); // its own words say more than ours
    }
    throw failed(last);
  }

  private ProblemException failed(@Nullable IOException last) {
    if (last == null) {
      return new ProblemException(ProblemCode.UNAVAILABLE, "No " + tier + " server is there.");
    }
    ProblemCode code =
        last instanceof HttpTimeoutException
            ? ProblemCode.UPSTREAM_TIMEOUT
            : ProblemCode.UPSTREAM_FAILED;
    return new ProblemException(code, "No " + tier + " server answered.", last);
  }

  private static ClientHttpResponse remember(ClientHttpResponse response) {
    ServerTiming timing = ServerTiming.current();
    String header = response.getHeaders().getFirst(ServerTiming.HEADER);
    if (timing != null && header != null) {
      timing.addAnswer(header);
    }
    return response;
  }

  /** The same request at a node's address. */
  private static final class At extends HttpRequestWrapper {
    private final URI uri;

    At(HttpRequest request, URI address) {
      super(request);
      this.uri =
          UriComponentsBuilder.fromUri(request.getURI())
              .scheme(address.getScheme())
              .host(address.getHost())
              .port(address.getPort())
              .build(true)
              .toUri();
    }

    @Override
    public URI getURI() {
      return uri;
    }
  }
}
