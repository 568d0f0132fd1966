package org.tanada.cdn.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;
import org.tanada.cdn.cache.CacheStore;
import org.tanada.cdn.cache.Fields;
import org.tanada.cdn.config.EdgeMetrics;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.cdn.origin.OriginClient;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.ServiceName;
import tools.jackson.databind.json.JsonMapper;

/** What every request on this node needs. */
@Component
final class Edge {
  private final EdgeProperties properties;
  private final CacheStore store;
  private final OriginClient origin;
  private final EdgeMetrics metrics;
  private final SignedUrls signedUrls;
  private final String node;
  private final CredentialIssuer credentials;
  private final CredentialVerifier callers;
  private final Set<ServiceName> admitted;
  private final JsonMapper json = JsonMapper.builder().build();
  private final AtomicInteger backgroundFills = new AtomicInteger();
  private volatile boolean draining;

  Edge(
      EdgeProperties properties,
      CacheStore store,
      OriginClient origin,
      EdgeMetrics metrics,
      NodeProperties node,
      SecretProperties secrets,
      CredentialIssuer credentials,
      CredentialVerifier callers,
      Permissions permissions) {
    this.properties = properties;
    this.store = store;
    this.origin = origin;
    this.metrics = metrics;
    this.signedUrls = new SignedUrls(secrets.urlSigningKey(), InstantSource.system());
    this.node = node.node();
    this.credentials = credentials;
    this.callers = callers;
    this.admitted = admitted(permissions);
  }

  EdgeProperties properties() {
    return properties;
  }

  CacheStore store() {
    return store;
  }

  OriginClient origin() {
    return origin;
  }

  EdgeMetrics metrics() {
    return metrics;
  }

  SignedUrls signedUrls() {
    return signedUrls;
  }

  String node() {
    return node;
  }

  JsonMapper json() {
    return json;
  }

  boolean isDraining() {
    return draining;
  }

  void drain() {
    draining = true;
  }

  /** From the moment on that the node reports not-ready, connections are closed after an answer. */
  @EventListener
  void onReadiness(AvailabilityChangeEvent<ReadinessState> event) {
    if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
      draining = true;
    }
  }

  /** Who asks, by the credential that is shown; null if it is none of ours. */
  @Nullable ServiceName caller(@Nullable String shown) {
    return callers.caller(shown);
  }

  /** Whether this caller may ask the data side; one set for all of it, since each hit looks. */
  boolean admits(ServiceName caller) {
    return admitted.contains(caller);
  }

  private static Set<ServiceName> admitted(Permissions permissions) {
    List<Set<ServiceName>> all =
        permissions.rules().stream()
            .filter(rule -> EdgeServer.ENDPOINTS.contains(rule.endpoint()))
            .map(Rule::services)
            .distinct()
            .toList();
    if (all.size() != 1) {
      throw new IllegalArgumentException("the data side has one set of callers, not " + all);
    }
    return all.getFirst();
  }

  boolean tryBackgroundFill() {
    if (backgroundFills.incrementAndGet() > properties.backgroundFills()) {
      backgroundFills.decrementAndGet();
      return false;
    }
    return true;
  }

  void backgroundFillEnded() {
    backgroundFills.decrementAndGet();
  }

  /** This node's name in {@code Via} and {@code Cache-Status}. */
  String cacheName() {
    return "tanada-" + node;
  }

  /** The fields of a call to the tier on behalf of this request. */
  HttpHeaders forward(String tier, HttpHeaders request, TraceContext trace, boolean whole) {
    HttpHeaders headers = Fields.endToEnd(request);
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.remove(HttpHeaderNames.EXPECT);
    headers.remove(TanadaHeaders.CACHE_CONTROL);
    if (whole) {
      headers.remove(HttpHeaderNames.RANGE);
      headers.remove(HttpHeaderNames.IF_RANGE);
      headers.remove(HttpHeaderNames.IF_NONE_MATCH);
      headers.remove(HttpHeaderNames.IF_MODIFIED_SINCE);
      headers.remove(HttpHeaderNames.IF_MATCH);
      headers.remove(HttpHeaderNames.IF_UNMODIFIED_SINCE);
    }
    headers.set(TanadaHeaders.SERVICE_CREDENTIAL, credentials.of(ServiceName.ofTier(tier)));
    headers.set(TanadaHeaders.TRACEPARENT, trace.traceparent());
    headers.add(HttpHeaderNames.VIA, "1.1 " + cacheName());
    return headers;
  }
}
