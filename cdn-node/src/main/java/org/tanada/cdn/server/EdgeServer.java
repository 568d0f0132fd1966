package org.tanada.cdn.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.flush.FlushConsolidationHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.common.tls.TlsProperties;

/**
 * The data path's socket. Bound when the application starts, after everything else; on stop it
 * closes the socket, then lets requests in progress end.
 */
@Component
public final class EdgeServer implements SmartLifecycle {
  /** What its port answers, in the terms of {@code permissions.txt}; {@link Gate} holds it. */
  public static final Set<String> ENDPOINTS = Set.of("GET /**", "GET /media/{purpose}/{id}");

  private static final Logger log = LoggerFactory.getLogger(EdgeServer.class);

  private final Edge edge;
  private final EdgeProperties properties;
  private final @Nullable ServerTls tls;
  private final ChannelGroup clients = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  private volatile @Nullable Channel server;
  private @Nullable EventLoopGroup loops;

  /** Where services speak TLS with each other, the data path does, too. */
  EdgeServer(Edge edge, TlsProperties tls, SslBundles bundles) {
    this.edge = edge;
    this.tls = tls.on() ? new ServerTls(bundles) : null;
    this.properties = edge.properties();
    edge.metrics().gauge("tanada.edge.connections", clients::size);
  }

  /** The port that it listens on; 0 before it is bound. */
  public int port() {
    Channel bound = server;
    return bound != null && bound.localAddress() instanceof InetSocketAddress address
        ? address.getPort()
        : 0;
  }

  /** Client connections that are open. */
  int connections() {
    return clients.size();
  }

  @Override
  public void start() {
    edge.store().start();
    edge.origin().watch("lb");
    properties.publicPurposes().forEach(purpose -> edge.origin().watch("storage-" + purpose));
    properties.signedPurposes().forEach(purpose -> edge.origin().watch("storage-" + purpose));
    int threads = properties.eventLoops();
    EventLoopGroup group =
        new MultiThreadIoEventLoopGroup(
            threads, new DefaultThreadFactory("edge", true), Transport.ioHandler());
    loops = group;
    // few and small arenas: a cache's memory belongs to its objects
    PooledByteBufAllocator allocator =
        new PooledByteBufAllocator(true, 0, threads, 8192, 6, 32, 16, true);
    Channel bound =
        new ServerBootstrap()
            .group(group)
            .channel(Transport.serverType())
            .option(ChannelOption.SO_BACKLOG, 1024)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.ALLOCATOR, allocator)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(64 * 1024, 256 * 1024))
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(channel);
                  }
                })
            .bind(properties.address(), properties.port())
            .syncUninterruptibly()
            .channel();
    server = bound;
    log.info("data path listens on {}, region {}", bound.localAddress(), properties.region());
  }

  private void accept(SocketChannel channel) {
    if (clients.size() >= properties.maxConnections()) {
      channel.close();
      return;
    }
    clients.add(channel);
    HttpDecoderConfig limits =
        new HttpDecoderConfig()
            .setMaxInitialLineLength((int) properties.maxUri().toBytes())
            .setMaxHeaderSize((int) properties.maxHeaders().toBytes());
    if (tls != null) {
      channel.pipeline().addLast(tls.handler(channel.alloc()));
    }
    channel
        .pipeline()
        .addLast(
            new IdleStateHandler(
                true, 0, 0, properties.idleTimeout().toMillis(), TimeUnit.MILLISECONDS))
        // what is written in one turn of the loop leaves in one piece
        .addLast(new FlushConsolidationHandler(64, true))
        .addLast(new StrictDecoder(limits))
        .addLast(new HttpResponseEncoder())
        .addLast("client", new ClientConnection(edge));
  }

  @Override
  public void stop() {
    edge.drain();
    Channel bound = server;
    if (bound != null) {
      bound.close().syncUninterruptibly();
    }
    long end = System.nanoTime() + properties.drainTimeout().toNanos();
    closeIdle();
    while (!clients.isEmpty() && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      closeIdle();
    }
    if (!clients.isEmpty()) {
      log.warn("{} connections are cut off", clients.size());
    }
    server = null;
    EventLoopGroup group = loops;
    if (group != null) {
      group.shutdownGracefully(0, 2, TimeUnit.SECONDS).syncUninterruptibly();
    }
  }

  private void closeIdle() {
    for (Channel channel : clients) {
      if (channel.pipeline().get("client") instanceof ClientConnection connection) {
        channel.eventLoop().execute(connection::closeIfIdle);
      }
    }
  }

  @Override
  public boolean isRunning() {
    Channel bound = server;
    return bound != null && bound.isOpen();
  }

  /** After the control side has started, so that it stops before it does. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE - 512;
  }

  /** Refuses a message with both Content-Length and Transfer-Encoding (RFC 9112, 6.3). */
  private static final class StrictDecoder extends HttpRequestDecoder {
    StrictDecoder(HttpDecoderConfig config) {
      super(config);
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
      throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
  }
}
