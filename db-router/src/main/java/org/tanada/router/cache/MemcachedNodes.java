package org.tanada.router.cache;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.DefaultHashAlgorithm;
import net.spy.memcached.FailureMode;
import net.spy.memcached.MemcachedClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;

/**
 * The client of the memcached nodes that are listed now. Guarded for what spymemcached does badly:
 * operations of a node that is down are cancelled at once (they are never sent to another node,
 * which would serve what is old when the first one returns), a hung node is given up after ten
 * time-outs, and a new client is used only when its connections stand, since its first operations
 * are lost otherwise.
 */
@Component
final class MemcachedNodes implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(MemcachedNodes.class);
  private static final String TIER = "memcached";
  private static final int TIMEOUTS_TO_GIVE_UP = 10;
  private static final long CONNECT_NANOS = 1_500_000_000;

  private final Membership membership;
  private final CacheProperties properties;
  private volatile @Nullable MemcachedClient client;
  private volatile List<Node> used = List.of();
  private volatile CountDownLatch stopped = new CountDownLatch(1);
  private volatile boolean running;

  MemcachedNodes(Membership membership, CacheProperties properties) {
    this.membership = membership;
    this.properties = properties;
  }

  /** The client; null while there are no nodes. */
  @Nullable MemcachedClient client() {
    return client;
  }

  @Override
  public void start() {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SLF4JLogger");
    running = true;
    stopped = new CountDownLatch(1);
    CountDownLatch end = stopped;
    Thread.ofPlatform().daemon().name("membership-memcached").start(() -> follow(end));
  }

  @Override
  public void stop() {
    running = false;
    stopped.countDown();
    replace(null);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server starts, after it has stopped. */
  @Override
  public int getPhase() {
    return -1000;
  }

  private void follow(CountDownLatch end) {
    do {
      try {
        refresh(end);
      } catch (IOException | RuntimeException e) {
        log.warn("the memcached nodes cannot be used: {}", e.toString());
      }
    } while (!ended(end, properties.refresh().toMillis()));
  }

  private void refresh(CountDownLatch end) throws IOException {
    List<Node> now = membership.nodes(TIER);
    if (now.equals(used)) {
      return;
    }
    log.info("memcached nodes: {}", now.stream().map(Node::name).toList());
    if (now.isEmpty()) {
      replace(null);
    } else {
      MemcachedClient made = connect(now.stream().map(Node::address).toList());
      long deadline = System.nanoTime() + CONNECT_NANOS;
      while (made.getAvailableServers().size() < now.size()
          && System.nanoTime() < deadline
          && !ended(end, 10)) {
        // until all connections stand or it takes too long: a dead node must not hold the others up
      }
      replace(made);
    }
    used = now;
  }

  private MemcachedClient connect(List<URI> addresses) throws IOException {
    return new MemcachedClient(
        new ConnectionFactoryBuilder()
            .setProtocol(ConnectionFactoryBuilder.Protocol.BINARY)
            .setLocatorType(ConnectionFactoryBuilder.Locator.CONSISTENT)
            .setHashAlg(DefaultHashAlgorithm.KETAMA_HASH)
            .setFailureMode(FailureMode.Cancel)
            .setOpTimeout(properties.timeout().toMillis())
            .setOpQueueMaxBlockTime(properties.timeout().toMillis())
            .setTimeoutExceptionThreshold(TIMEOUTS_TO_GIVE_UP)
            .setMaxReconnectDelay(1)
            .setUseNagleAlgorithm(false)
            .setDaemon(true)
            .build(),
        addresses.stream()
            .map(address -> new InetSocketAddress(address.getHost(), address.getPort()))
            .toList());
  }

  private synchronized void replace(@Nullable MemcachedClient next) {
    MemcachedClient before = client;
    client = running ? next : null;
    if (before != null) {
      before.shutdown();
    }
    if (!running && next != null) {
      next.shutdown();
    }
  }

  private static boolean ended(CountDownLatch end, long millis) {
    try {
      return end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
