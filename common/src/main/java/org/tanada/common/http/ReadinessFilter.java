package org.tanada.common.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.health.actuate.endpoint.HealthDescriptor;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.contributor.Status;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.tanada.common.membership.Probes;

/**
 * Answers a readiness probe before all else, as long as the service is ready. Every caller of a
 * node probes it twice a second; security, metrics and the endpoint's own web layer cost many times
 * the question itself ({@code docs/performance.md}). A node that is not ready is asked the long
 * way, which tells why.
 */
final class ReadinessFilter extends OncePerRequestFilter {
  private static final byte[] READY = "{\"status\":\"UP\"}".getBytes(StandardCharsets.UTF_8);

  private final HealthEndpoint health;

  ReadinessFilter(HealthEndpoint health) {
    this.health = health;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !Probes.READINESS.equals(request.getRequestURI()) || !"GET".equals(request.getMethod());
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HealthDescriptor readiness = health.healthForPath("readiness");
    if (readiness == null || !Status.UP.equals(readiness.getStatus())) {
      chain.doFilter(request, response);
      return;
    }
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(READY.length);
    response.getOutputStream().write(READY);
  }
}
