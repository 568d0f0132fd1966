package org.tanada.balancer.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;
import org.springframework.web.server.ServerWebExchange;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Mono;

/** Lets no request through that two servers could understand differently, or that is too large. */
@Component
final class AdmissionFilter implements GlobalFilter, Ordered {
  private final LimitProperties limits;

  AdmissionFilter(LimitProperties limits) {
    this.limits = limits;
  }

  @Override
  public int getOrder() {
    return Ordered.HIGHEST_PRECEDENCE;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    ServerHttpRequest request = exchange.getRequest();
    String target = Target.raw(request);
    if (target.length() > limits.target().toBytes()) {
      return refuse(ProblemCode.URI_TOO_LONG, "At most " + limits.target().toKilobytes() + " KB.");
    }
    if (Target.isOdd(target)) {
      return refuse(ProblemCode.MALFORMED_REQUEST, "The path is ambiguous.");
    }
    if (Target.isInternal(target)) {
      return refuse(ProblemCode.NOT_FOUND, "There is nothing at this address.");
    }
    HttpHeaders headers = request.getHeaders();
    if (!isOneHost(headers.get(HttpHeaders.HOST))) {
      return refuse(ProblemCode.MALFORMED_REQUEST, "Exactly one Host is needed.");
    }
    long limit = limit(exchange).toBytes();
    if (headers.getContentLength() > limit) {
      return refuse(ProblemCode.CONTENT_TOO_LARGE, "At most " + limit + " bytes.");
    }
    if (headers.containsHeader(HttpHeaders.TRANSFER_ENCODING)) {
      return chain.filter(exchange.mutate().request(new LimitedRequest(request, limit)).build());
    }
    return chain.filter(exchange);
  }

  private DataSize limit(ServerWebExchange exchange) {
    if (Target.isUpload(exchange)) {
      return limits.uploadBody();
    }
    return Target.isAvatar(exchange.getRequest()) ? limits.avatarBody() : limits.body();
  }

  private static boolean isOneHost(@Nullable List<String> hosts) {
    return hosts != null && hosts.size() == 1 && isHost(hosts.getFirst());
  }

  /** Letters, digits and the punctuation of names, addresses and ports (RFC 3986, 3.2.2). */
  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      boolean digit = c >= '0' && c <= '9';
      if (!letter && !digit && "-._~:[]".indexOf(c) < 0) {
        return false;
      }
    }
    return !host.isEmpty() && host.length() <= 300;
  }

  private static Mono<Void> refuse(ProblemCode code, String detail) {
    return Mono.error(new ProblemException(code, detail));
  }
}
