package org.tanada.router.server;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLSocketFactory;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.HttpProcessors;
import org.apache.hc.core5.http.impl.io.DefaultBHttpServerConnection;
import org.apache.hc.core5.http.impl.io.HttpService;
import org.apache.hc.core5.http.io.HttpServerRequestHandler;
import org.apache.hc.core5.http.io.support.BasicHttpServerExpectationDecorator;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.tls.TlsEnvironment;
import org.tanada.common.tls.TlsProperties;

/**
 * Listens for calls of rows. A thread for each connection reads the call, waits for the database,
 * and writes the answer: no other thread has to be woken for it, which on small machines costs more
 * than the call itself. {@code bench/stacks.sh} compares it with the other servers, {@code
 * docs/performance.md} has what it brought.
 */
@Component
public final class DataPathServer implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DataPathServer.class);
  private static final int BACKLOG = 512;
  private static final long PAUSE_NANOS = 10_000_000;

  /** How late silence may be noticed. */
  private static final long SILENCE_NANOS = 1_000_000_000;

  /** While we are at work nobody waits for the caller. */
  private static final Duration WORK = Duration.ofDays(365);

  private static final Http1Config LIMITS =
      Http1Config.custom()
          .setBufferSize(16 * 1024)
          .setMaxLineLength(8 * 1024)
          .setMaxHeaderCount(64)
          .build();

  private final DataPathProperties properties;
  private final CallHandler handler;
  private final HttpProcessor processor = HttpProcessors.server();
  private final Set<Caller> callers = ConcurrentHashMap.newKeySet();
  private final Semaphore free;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("rows-", 1).factory());
  private volatile @Nullable ServerSocket server;
  private volatile @Nullable SSLSocketFactory sockets;
  private volatile boolean leaving;

  DataPathServer(
      DataPathProperties properties,
      CallHandler handler,
      MeterRegistry meters,
      TlsProperties tls,
      SslBundles bundles) {
    if (tls.on()) {
      this.sockets = tls(bundles.getBundle(TlsEnvironment.BUNDLE));
      bundles.addBundleUpdateHandler(TlsEnvironment.BUNDLE, fresh -> sockets = tls(fresh));
    }
    this.properties = properties;
    this.handler = handler;
    this.free = new Semaphore(properties.maxConnections());
    Gauge.builder("tanada.router.connections", callers, Set::size)
        .description("connections of callers of rows, each with a thread")
        .register(meters);
  }

  /** The port that it listens at. */
  public int port() {
    ServerSocket open = server;
    if (open == null) {
      throw new IllegalStateException("the data path is closed");
    }
    return open.getLocalPort();
  }

  /** The paths that it answers, each by POST and to our own services. */
  public Set<String> paths() {
    return handler.paths();
  }

  @Override
  public void start() {
    try {
      ServerSocket open = new ServerSocket();
      open.setReuseAddress(true);
      open.bind(
          new InetSocketAddress(InetAddress.getByName(properties.address()), properties.port()),
          BACKLOG);
      leaving = false;
      server = open;
      Thread.ofPlatform().daemon().name("rows-acceptor").start(() -> accept(open));
      Thread.ofPlatform().daemon().name("rows-silence").start(() -> endSilence(open));
    } catch (IOException e) {
      throw new IllegalStateException(
          "the data path cannot listen at " + properties.address() + ":" + properties.port(), e);
    }
  }

  private void accept(ServerSocket open) {
    while (!open.isClosed()) {
      free.acquireUninterruptibly();
      try {
        Socket socket = open.accept();
        socket.setTcpNoDelay(true);
        Caller caller = new Caller(socket, secured(socket));
        callers.add(caller);
        threads.execute(caller);
      } catch (IOException e) {
        free.release();
        if (!open.isClosed()) { // out of file descriptors, say: a moment later there may be some
          log.warn("a connection cannot be accepted: {}", e.toString());
          LockSupport.parkNanos(PAUSE_NANOS);
        }
      }
    }
  }

  /**
   * Ends connections whose callers are silent for too long. By one thread for all, since a time-out
   * of the socket itself makes each read three system calls of one.
   */
  private void endSilence(ServerSocket open) {
    while (!open.isClosed()) {
      LockSupport.parkNanos(SILENCE_NANOS);
      long now = System.nanoTime();
      callers.forEach(caller -> caller.endIfSilent(now));
    }
  }

  /** The handshake is made by the caller's own thread, when it first reads. */
  private Socket secured(Socket socket) throws IOException {
    SSLSocketFactory layer = sockets;
    if (layer == null) {
      return socket;
    }
    InputStream nothingReadYet = null;
    return layer.createSocket(socket, nothingReadYet, true);
  }

  private static SSLSocketFactory tls(SslBundle bundle) {
    return bundle.createSslContext().getSocketFactory();
  }

  /** Accepts nobody any more, and lets calls that are under way end. */
  @Override
  public void stop() {
    ServerSocket open = server;
    server = null;
    if (open == null) {
      return;
    }
    leaving = true;
    try {
      open.close();
    } catch (IOException e) {
      log.warn("closing the data path: {}", e.toString());
    }
    callers.forEach(Caller::leaveIfIdle);
    long deadline = System.nanoTime() + properties.drainTimeout().toNanos();
    while (!callers.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    if (!callers.isEmpty()) {
      log.warn("{} calls did not end in time", callers.size());
    }
    callers.forEach(Caller::close);
  }

  @Override
  public boolean isRunning() {
    return server != null;
  }

  /** As web servers that drain: after the node has said that it leaves, before all else. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 1024;
  }

  /** A connection, which has one call at a time. */
  private final class Caller implements Runnable {
    private final Socket plain;
    private final Socket socket;
    private final AtomicBoolean idle = new AtomicBoolean(true);
    private final HttpService service =
        new HttpService(processor, new BasicHttpServerExpectationDecorator(this::call)) {
          @Override
          protected void handleException(HttpException failure, ClassicHttpResponse response) {
            super.handleException(failure, response); // it knows the status
            response.setEntity(handler.malformed(String.valueOf(failure.getMessage())).getEntity());
          }
        };

    /** By {@link System#nanoTime()}: when the caller's silence is too long. */
    private volatile long silentAt;

    /**
     * A caller.
     *
     * @param plain its connection
     * @param socket what is spoken on it, which may be TLS
     */
    Caller(Socket plain, Socket socket) {
      this.plain = plain;
      this.socket = socket;
      expect(properties.idleTimeout());
    }

    private void expect(Duration within) {
      silentAt = System.nanoTime() + within.toNanos();
    }

    /** Past what TLS would have to say in the end, for which a silent caller would be waited. */
    void endIfSilent(long now) {
      if (now - silentAt > 0) {
        close(plain);
      }
    }

    @Override
    public void run() {
      try (DefaultBHttpServerConnection connection =
          new DefaultBHttpServerConnection(null, LIMITS)) {
        connection.bind(socket);
        HttpCoreContext context = HttpCoreContext.create();
        while (!leaving && connection.isOpen()) {
          service.handleRequest(connection, context);
          expect(properties.idleTimeout());
          idle.set(true);
        }
      } catch (ConnectionClosedException | SocketException e) {
        log.trace("a caller has gone", e); // or was silent for too long, or we leave
      } catch (IOException | HttpException e) {
        log.debug("a connection broke: {}", e.toString());
      } finally {
        callers.remove(this);
        free.release();
      }
    }

    private void call(
        ClassicHttpRequest request,
        HttpServerRequestHandler.ResponseTrigger trigger,
        HttpContext context)
        throws HttpException, IOException {
      if (!idle.compareAndSet(true, false)) {
        throw new ConnectionClosedException("the node has left");
      }
      expect(properties.readTimeout());
      ClassicHttpResponse response = handler.answer(request, () -> expect(WORK));
      expect(properties.readTimeout());
      if (leaving) {
        response.setHeader("Connection", "close");
      }
      trigger.submitResponse(response);
    }

    void leaveIfIdle() {
      if (idle.compareAndSet(true, false)) {
        close();
      }
    }

    void close() {
      close(socket);
    }

    private static void close(Socket socket) {
      try {
        socket.close();
      } catch (IOException e) {
        log.debug("closing a connection: {}", e.toString());
      }
    }
  }
}
