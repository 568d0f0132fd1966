package org.tanada.cdn.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.InstantSource;
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
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
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
  private final String credential;
  private final byte[] credentialBytes;
  private final JsonMapper json = JsonMapper.builder().build();
  private final AtomicInteger backgroundFills = new AtomicInteger();
  private volatile boolean draining;

  Edge(
      EdgeProperties properties,
      CacheStore store,
      OriginClient origin,
      EdgeMetrics metrics,
      NodeProperties node,
      SecretProperties secrets) {
    this.properties = properties;
    this.store = store;
    this.origin = origin;
    this.metrics = metrics;
    this.signedUrls = new SignedUrls(secrets.urlSigningKey(), InstantSource.system());
    this.node = node.node();
    this.credential = secrets.serviceCredential();
    this.credentialBytes = credential.getBytes(StandardCharsets.UTF_8);
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

  boolean isOurs(@Nullable String shown) {
    return shown != null
        && MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), credentialBytes);
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

  /** The fields of a call to the origin on behalf of this request. */
  HttpHeaders forward(HttpHeaders request, TraceContext trace, boolean whole) {
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
    headers.set(TanadaHeaders.SERVICE_CREDENTIAL, credential);
    headers.set(TanadaHeaders.TRACEPARENT, trace.traceparent());
    headers.add(HttpHeaderNames.VIA, "1.1 " + cacheName());
    return headers;
  }
}
