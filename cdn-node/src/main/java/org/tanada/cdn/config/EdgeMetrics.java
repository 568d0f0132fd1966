package org.tanada.cdn.config;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** What the edge counts, for {@code /actuator/prometheus}. */
@Component
public final class EdgeMetrics {
  private final MeterRegistry registry;
  private final Map<Outcome, Counter> requests = new EnumMap<>(Outcome.class);
  private final Counter sentBytes;
  private final Counter originBytes;
  private final Counter originRequests;
  private final Counter originFailures;
  private final Counter evictions;
  private final Counter purged;

  /** Registers all meters. */
  public EdgeMetrics(MeterRegistry registry) {
    this.registry = registry;
    for (Outcome outcome : Outcome.values()) {
      String tag = outcome.name().toLowerCase(Locale.ROOT);
      requests.put(outcome, registry.counter("tanada.edge.requests", "outcome", tag));
    }
    sentBytes = registry.counter("tanada.edge.sent.bytes");
    originBytes = registry.counter("tanada.edge.origin.bytes");
    originRequests = registry.counter("tanada.edge.origin.requests");
    originFailures = registry.counter("tanada.edge.origin.failures");
    evictions = registry.counter("tanada.edge.evictions");
    purged = registry.counter("tanada.edge.purged");
  }

  /** A request was answered. */
  public void request(Outcome outcome) {
    Counter counter = requests.get(outcome);
    if (counter != null) {
      counter.increment();
    }
  }

  /** Body bytes went to a client. */
  public void sent(long bytes) {
    sentBytes.increment((double) bytes);
  }

  /** Body bytes came from an origin. */
  public void received(long bytes) {
    originBytes.increment((double) bytes);
  }

  /** A request went to an origin node. */
  public void originRequest() {
    originRequests.increment();
  }

  /** An origin node failed to answer. */
  public void originFailure() {
    originFailures.increment();
  }

  /** An object gave way to others. */
  public void evicted() {
    evictions.increment();
  }

  /** Objects were purged. */
  public void purged(int objects) {
    purged.increment(objects);
  }

  /** A value that is read when it is asked for. */
  public void gauge(String name, Supplier<Number> value) {
    Gauge.builder(name, value).strongReference(true).register(registry);
  }

  /** How a request was answered. */
  public enum Outcome {
    /** From the cache, fresh. */
    HIT,
    /** From the cache, past its freshness. */
    STALE,
    /** From the cache, after the origin confirmed it. */
    REVALIDATED,
    /** From the origin, as the first that asked. */
    MISS,
    /** From the origin's answer to somebody else. */
    COLLAPSED,
    /** From the origin, not cacheable. */
    PASS,
    /** By an error of the edge's own. */
    ERROR
  }
}
