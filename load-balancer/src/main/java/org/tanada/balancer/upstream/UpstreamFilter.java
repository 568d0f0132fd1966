package org.tanada.balancer.upstream;

import java.net.URI;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.tanada.balancer.filter.FieldFilters;
import org.tanada.balancer.filter.Passage;
import org.tanada.balancer.filter.Target;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;

/**
 * Sends each request to the next app server in turn, and to another one when that is safe: when
 * nothing was sent because the connection failed, for any request; when the answer's head did not
 * come, or the server says 503 because it is leaving, for a GET, HEAD or OPTIONS without a body.
 *
 * <p>An answer that announces a short body is received whole before any of it goes on, so that one
 * that breaks off can still be asked for elsewhere. Of a longer one, what is lost after the head
 * cannot be repeated.
 */
@Component
final class UpstreamFilter implements GlobalFilter, Ordered {
  /** After the filter that writes the answer (-1), before the one that sends the request. */
  private static final int ORDER = 10_000;

  /** The attribute with the bytes of a short answer. */
  private static final String BODY = UpstreamFilter.class.getName() + ".body";

  private static final Set<HttpMethod> SAFE =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  private final LiveTier tier;
  private final UpstreamProperties properties;
  private final UpstreamMeters meters;
  private final NodeProperties self;
  private final RetryBudget budget;

  UpstreamFilter(
      LiveTiers tiers, UpstreamProperties properties, UpstreamMeters meters, NodeProperties self) {
    this.tier = tiers.tier(properties.tier());
    this.properties = properties;
    this.meters = meters;
    this.self = self;
    this.budget = new RetryBudget(properties.retryBudgetPercent());
  }

  @Override
  public int getOrder() {
    return ORDER;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    List<Node> nodes = tier.candidates();
    if (nodes.isEmpty()) {
      return Mono.error(
          new ProblemException(ProblemCode.UNAVAILABLE, "There is no app server right now."));
    }
    budget.requested();
    exchange.getAttributes().put(ServerWebExchangeUtils.PRESERVE_HOST_HEADER_ATTRIBUTE, true);
    return attempt(exchange, chain, nodes, 0);
  }

  private Mono<Void> attempt(
      ServerWebExchange exchange, GatewayFilterChain chain, List<Node> nodes, int number) {
    Node node = nodes.get(number % nodes.size());
    exchange
        .getAttributes()
        .put(ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR, at(node, exchange.getRequest()));
    UpstreamMeters.OfNode count = meters.of(node);
    count.requests().increment();
    return chain
        .filter(exchange)
        .then(Mono.defer(() -> received(exchange)))
        .onErrorResume(error -> Mono.just(Verdict.on(error)))
        .flatMap(verdict -> {
          Throwable failure = failure(verdict);
          if (failure == null && verdict instanceof Verdict.Answered) {
            return answer(exchange);
          }
          if (!(verdict instanceof Verdict.Lost(var cause) && cause == null)) {
            count.failures().increment();
          }
          if (verdict instanceof Verdict.Unreachable) {
            tier.reportFailure(node);
          }
          if (mayRepeat(exchange, verdict, nodes, number + 1)) {
            count.retries().increment();
            ServerWebExchangeUtils.reset(exchange);
            return attempt(exchange, chain, nodes, number + 1);
          }
          if (failure == null) {
            return answer(exchange); // the 503 as it stands: there is no other server to ask
          }
          return Mono.error(failure);
        });
  }

  private boolean mayRepeat(
      ServerWebExchange exchange, Verdict verdict, List<Node> nodes, int next) {
    if (next >= properties.attempts() || next >= nodes.size()) {
      return false;
    }
    return switch (verdict) {
      case Verdict.Answered() -> false;
      case Verdict.Failed(var problem) -> false;
      // A refused connection costs a server nothing: it need not come out of the budget.
      case Verdict.Unreachable(var cause) -> true;
      case Verdict.Lost(var cause) -> isRepeatable(exchange.getRequest()) && budget.tryRepeat();
    };
  }

  private static Verdict verdict(ServerWebExchange exchange) {
    HttpStatusCode status = exchange.getResponse().getStatusCode();
    return status != null && status.isSameCodeAs(HttpStatus.SERVICE_UNAVAILABLE)
        ? new Verdict.Lost(null)
        : new Verdict.Answered();
  }

  /** The verdict on an answer whose head is there, after its body if that is short. */
  private Mono<Verdict> received(ServerWebExchange exchange) {
    Verdict verdict = verdict(exchange);
    Connection connection = exchange.getAttribute(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
    long length = exchange.getResponse().getHeaders().getContentLength();
    boolean isShort = length > 0 && length <= properties.wholeAnswer().toBytes();
    if (!(verdict instanceof Verdict.Answered)
        || connection == null
        || !isShort
        || HttpMethod.HEAD.equals(exchange.getRequest().getMethod())) {
      return Mono.just(verdict);
    }
    return connection
        .inbound()
        .receive()
        .aggregate()
        .asByteArray()
        .doOnNext(body -> {
          exchange.getAttributes().put(BODY, body);
          exchange.getAttributes().remove(ServerWebExchangeUtils.CLIENT_RESPONSE_CONN_ATTR);
        })
        .thenReturn(verdict);
  }

  private static @Nullable Throwable failure(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Answered() -> null;
      case Verdict.Lost(var cause) -> cause == null ? null : failed(cause);
      case Verdict.Unreachable(var cause) -> failed(cause);
      case Verdict.Failed(var problem) -> problem;
    };
  }

  private static ProblemException failed(Throwable cause) {
    return new ProblemException(
        ProblemCode.UPSTREAM_FAILED, ProblemCode.UPSTREAM_FAILED.title(), cause);
  }

  /** Lets the answer go out: a short one at once, the rest of another by the gateway's filter. */
  private Mono<Void> answer(ServerWebExchange exchange) {
    ServerHttpResponse response = exchange.getResponse();
    Passage.of(exchange).tell(response.getHeaders(), self.timingName(), self.node());
    byte[] body = exchange.getAttribute(BODY);
    return body == null
        ? Mono.empty()
        : response.writeWith(Mono.just(response.bufferFactory().wrap(body)));
  }

  /** Safe by RFC 9110, 9.2.1, and nothing of it has been consumed. */
  private static boolean isRepeatable(ServerHttpRequest request) {
    return SAFE.contains(request.getMethod()) && !FieldFilters.hasBody(request.getHeaders());
  }

  private static URI at(Node node, ServerHttpRequest request) {
    URI address = node.address();
    return URI.create(
        address.getScheme() + "://" + address.getRawAuthority() + Target.raw(request));
  }
}
