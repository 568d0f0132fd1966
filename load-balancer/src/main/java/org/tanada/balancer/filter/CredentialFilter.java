package org.tanada.balancer.filter;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.Permissions;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Mono;

/**
 * Lets in only our own services, on both ports. Probes of the table of permissions are open on the
 * control side; on the data path their addresses are refused like all of {@code /actuator}, see
 * {@link AdmissionFilter}.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CredentialFilter implements WebFilter {
  private final byte[] credential;
  private final Permissions permissions;

  CredentialFilter(SecretProperties secrets, Permissions permissions) {
    this.credential = secrets.serviceCredential().getBytes(StandardCharsets.UTF_8);
    this.permissions = permissions;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    Passage.of(exchange);
    if (shown(exchange.getRequest().getHeaders().get(TanadaHeaders.SERVICE_CREDENTIAL))
        || permissions.probe(
            exchange.getRequest().getMethod().name(), Target.raw(exchange.getRequest()))) {
      return chain.filter(exchange);
    }
    return Mono.error(
        new ProblemException(
            ProblemCode.UNAUTHENTICATED, "Only Tanada's own services may call this one."));
  }

  private boolean shown(@Nullable List<String> values) {
    return values != null
        && values.size() == 1
        && MessageDigest.isEqual(values.getFirst().getBytes(StandardCharsets.UTF_8), credential);
  }
}
