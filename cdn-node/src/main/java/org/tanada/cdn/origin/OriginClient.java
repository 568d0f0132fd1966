package org.tanada.cdn.origin;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.ssl.SslContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.cdn.config.EdgeMetrics;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.cdn.config.NettyTls;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.tls.TlsProperties;

/**
 * HTTP/1.1 calls to the tiers behind. Connections are kept per event loop, so that a call and the
 * client's connection share a thread and no lock is needed.
 */
@Component
public final class OriginClient {
  private static final int MAX_HEAD = 64 * 1024;
  private static final int MAX_PART = 64 * 1024;

  private final LiveTiers tiers;
  private final EdgeProperties.Origin limits;
  private final EdgeMetrics metrics;
  private final RetryBudget budget;
  private final @Nullable SslContext tls;
  private final AtomicInteger open = new AtomicInteger();
  private final Map<EventLoop, Map<URI, ArrayDeque<OriginConnection>>> idle =
      new ConcurrentHashMap<>();

  /** Calls nodes of these tiers. */
  public OriginClient(
      LiveTiers tiers, EdgeProperties properties, EdgeMetrics metrics, TlsProperties tls) {
    SSLContext trust = tls.trust();
    this.tls = trust == null ? null : NettyTls.of(trust, true);
    this.tiers = tiers;
    this.limits = properties.origin();
    this.metrics = metrics;
    this.budget = new RetryBudget(limits.retryBudgetPercent());
    metrics.gauge("tanada.edge.origin.connections", open::get);
  }

  /** Begins to probe the tier's nodes, so that the first request knows who is up. */
  public void watch(String tier) {
    tiers.tier(tier);
  }

  /** Calls a node of the tier; the handler is called on the loop, which must be the caller's. */
  public OriginCall call(
      EventLoop loop,
      Class<? extends Channel> channelType,
      ByteBufAllocator allocator,
      OriginRequest request,
      OriginHandler handler) {
    OriginCall call =
        new OriginCall(
            this,
            new Sockets(loop, channelType, allocator),
            tiers.tier(request.tier()),
            request,
            handler);
    budget.asked();
    call.start();
    return call;
  }

  EdgeProperties.Origin limits() {
    return limits;
  }

  EdgeMetrics metrics() {
    return metrics;
  }

  boolean tryRetry() {
    return budget.tryRetry();
  }

  /** A kept connection to the address, if there is one. */
  @Nullable OriginConnection poll(EventLoop loop, URI address) {
    ArrayDeque<OriginConnection> kept = kept(loop, address);
    for (OriginConnection last = kept.pollLast(); last != null; last = kept.pollLast()) {
      if (last.isUsable()) {
        return last;
      }
      last.close();
    }
    return null;
  }

  /** Takes a connection back after a complete answer. */
  void keep(EventLoop loop, OriginConnection connection) {
    ArrayDeque<OriginConnection> kept = kept(loop, connection.address());
    if (kept.size() >= limits.maxIdle()) {
      connection.close();
      return;
    }
    kept.addLast(connection);
    loop.schedule(() -> closeOld(kept), limits.keepAlive().toMillis() + 10, TimeUnit.MILLISECONDS);
  }

  void forget(EventLoop loop, OriginConnection connection) {
    kept(loop, connection.address()).remove(connection);
  }

  private void closeOld(ArrayDeque<OriginConnection> kept) {
    long before = System.nanoTime() - limits.keepAlive().toNanos();
    for (OriginConnection eldest = kept.peekFirst();
        eldest != null && eldest.idleSince() - before <= 0;
        eldest = kept.peekFirst()) {
      kept.removeFirst();
      eldest.close();
    }
  }

  private ArrayDeque<OriginConnection> kept(EventLoop loop, URI address) {
    return idle.computeIfAbsent(loop, l -> new HashMap<>())
        .computeIfAbsent(address, a -> new ArrayDeque<>());
  }

  /** Connects; null if too many connections are open. The connection is the channel's handler. */
  @Nullable ChannelFuture connect(Sockets sockets, URI address) {
    if (open.incrementAndGet() > limits.maxConnections()) {
      open.decrementAndGet();
      return null;
    }
    Bootstrap bootstrap =
        new Bootstrap()
            .group(sockets.loop())
            .channel(sockets.type())
            .option(ChannelOption.ALLOCATOR, sockets.allocator())
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) limits.connectTimeout().toMillis())
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    HttpDecoderConfig config =
                        new HttpDecoderConfig()
                            .setMaxInitialLineLength(4096)
                            .setMaxHeaderSize(MAX_HEAD)
                            .setMaxChunkSize(MAX_PART);
                    if (tls != null && "https".equals(address.getScheme())) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(new HttpClientCodec(config, false, false))
                        .addLast(
                            OriginConnection.NAME,
                            new OriginConnection(OriginClient.this, address, channel));
                  }
                });
    int port = address.getPort() < 0 ? 80 : address.getPort();
    String host = address.getHost();
    if (host.startsWith("[")) {
      host = host.substring(1, host.length() - 1);
    }
    ChannelFuture connecting = bootstrap.connect(new InetSocketAddress(host, port));
    connecting.channel().closeFuture().addListener(closed -> open.decrementAndGet());
    return connecting;
  }

  /** What a call needs to open a socket. */
  record Sockets(EventLoop loop, Class<? extends Channel> type, ByteBufAllocator allocator) {}
}
