package org.tanada.balancer.filter;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Mono;

/**
 * Lets in only our own services, each to what the table of permissions has for it, on both ports.
 * Probes are open on the control side; on the data path their addresses are refused like all of
 * {@code /actuator}, see {@link AdmissionFilter}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CredentialFilter implements WebFilter {
  private final CredentialVerifier credentials;
  private final Permissions permissions;
  private final Rule reads;
  private final Rule changes;

  CredentialFilter(CredentialVerifier credentials, Permissions permissions) {
    this.credentials = credentials;
    this.permissions = permissions;
    this.reads = Objects.requireNonNull(permissions.find("GET", "/"));
    this.changes = Objects.requireNonNull(permissions.find("POST", "/"));
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    Passage.of(exchange);
    ServerHttpRequest request = exchange.getRequest();
    String method = request.getMethod().name();
    String target = Target.raw(request);
    if (permissions.probe(method, target)) {
      return chain.filter(exchange);
    }
    ServiceName caller = caller(request.getHeaders().get(TanadaHeaders.SERVICE_CREDENTIAL));
    if (caller == null) {
      return Mono.error(ProblemException.of(CredentialVerifier.unknown()));
    }
    if (!Target.isOdd(target) && Target.isInternal(target)) {
      Rule rule = permissions.find(method, Target.path(target));
      return rule != null && rule.admits(caller) ? chain.filter(exchange) : nothing();
    }
    return (Target.reads(request) ? reads : changes).admits(caller)
        ? chain.filter(exchange)
        : Mono.error(ProblemException.of(CredentialVerifier.refused(caller)));
  }

  private static Mono<Void> nothing() {
    return Mono.error(
        new ProblemException(ProblemCode.NOT_FOUND, "There is nothing at this address."));
  }

  private @Nullable ServiceName caller(@Nullable List<String> shown) {
    return shown != null && shown.size() == 1 ? credentials.caller(shown.getFirst()) : null;
  }
}
