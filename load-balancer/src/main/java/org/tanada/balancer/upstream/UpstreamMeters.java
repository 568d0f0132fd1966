package org.tanada.balancer.upstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;

/**
 * What went to each app server: {@code tanada_balancer_requests_total}, {@code
 * tanada_balancer_failures_total} and {@code tanada_balancer_retries_total}, each by {@code node}.
 * A repeated request counts at both servers.
 */
@Component
class UpstreamMeters {
  private final MeterRegistry registry;
  private final Map<String, OfNode> nodes = new ConcurrentHashMap<>();

  UpstreamMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  OfNode of(Node node) {
    return nodes.computeIfAbsent(
        node.name(),
        name ->
            new OfNode(
                counter("tanada.balancer.requests", "Requests sent to an app server", name),
                counter("tanada.balancer.failures", "Requests that an app server lost", name),
                counter("tanada.balancer.retries", "Requests repeated on another server", name)));
  }

  private Counter counter(String name, String description, String node) {
    return Counter.builder(name).description(description).tag("node", node).register(registry);
  }

  record OfNode(Counter requests, Counter failures, Counter retries) {}
}
