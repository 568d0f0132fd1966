package org.tanada.cdn.origin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.util.concurrent.Future;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.Node;

/**
 * One request to a tier: tries its nodes in turn until one has sent a head, or all of an answer
 * that announces a short body, so that one that breaks off can be asked for again. All on one event
 * loop.
 *
 * <p>The next node is tried after a failed or slow connection, a connection lost before the head,
 * and the statuses of a node that cannot serve now (502, 503, 504); within the attempts and the
 * retry budget. A kept connection that turns out to be closed is no failure of its node: the same
 * node is asked again over a new one.
 */
public final class OriginCall {
  private static final Set<Integer> NODE_CANNOT = Set.of(502, 503, 504);

  /** Bytes of a body that are waited for before the head is passed on. */
  private static final int WHOLE_ANSWER = 64 * 1024;

  private final OriginClient client;
  private final OriginClient.Sockets sockets;
  private final LiveTier tier;
  private final OriginRequest request;
  private final OriginHandler handler;
  private final Deque<Node> left;
  private @Nullable Node node;
  private @Nullable OriginConnection connection;
  private @Nullable Future<?> timer;
  private boolean reused;
  private @Nullable HttpResponse heldHead;
  private @Nullable ByteBuf heldBody;
  private boolean headSeen;
  private boolean over;
  private boolean paused;
  private long requested;
  private long lastRead;
  private long expected = -1;
  private long received;

  OriginCall(
      OriginClient client,
      OriginClient.Sockets sockets,
      LiveTier tier,
      OriginRequest request,
      OriginHandler handler) {
    this.client = client;
    this.sockets = sockets;
    this.tier = tier;
    this.request = request;
    this.handler = handler;
    this.left = new ArrayDeque<>();
    for (Node candidate : tier.candidates()) {
      if (left.size() < client.limits().attempts()) {
        left.add(candidate);
      }
    }
  }

  void start() {
    next(OriginFailure.Kind.UNREACHABLE, "the tier " + request.tier() + " has no nodes");
  }

  /** Stops reading the body until {@link #resume()}; for a client that is slower. */
  public void pause() {
    paused = true;
    OriginConnection current = connection;
    if (current != null) {
      current.read(false);
    }
  }

  /** Reads on. */
  public void resume() {
    paused = false;
    lastRead = System.nanoTime();
    OriginConnection current = connection;
    if (current != null) {
      current.read(true);
    }
  }

  /** The rest is not wanted; the handler hears nothing any more. */
  public void cancel() {
    if (!over) {
      finish();
      OriginConnection current = connection;
      connection = null;
      if (current != null) {
        current.abandon();
      }
    }
  }

  private void next(OriginFailure.Kind kind, String detail) {
    Node candidate = left.poll();
    if (candidate == null) {
      fail(kind, detail);
      return;
    }
    if (node != null && !client.tryRetry()) {
      fail(kind, detail);
      return;
    }
    node = candidate;
    OriginConnection kept = client.poll(sockets.loop(), candidate.address());
    if (kept != null) {
      reused = true;
      send(kept);
    } else {
      connect(candidate);
    }
  }

  private void connect(Node target) {
    reused = false;
    ChannelFuture connecting = client.connect(sockets, target.address());
    if (connecting == null) {
      fail(OriginFailure.Kind.OVERLOADED, "too many requests are open");
      return;
    }
    connecting.addListener(done -> {
      if (over) {
        connecting.channel().close();
      } else if (done.isSuccess()
          && connecting.channel().pipeline().get(OriginConnection.NAME)
              instanceof OriginConnection made) {
        send(made);
      } else {
        tier.reportFailure(target);
        client.metrics().originFailure();
        boolean slow = done.cause() instanceof ConnectTimeoutException;
        next(
            slow ? OriginFailure.Kind.TIMEOUT : OriginFailure.Kind.UNREACHABLE,
            target.name() + " cannot be reached");
      }
    });
  }

  private void send(OriginConnection to) {
    connection = to;
    requested = System.currentTimeMillis();
    client.metrics().originRequest();
    timer =
        sockets
            .loop()
            .schedule(
                this::headTooSlow, client.limits().headTimeout().toMillis(), TimeUnit.MILLISECONDS);
    to.send(this, request);
  }

  private void headTooSlow() {
    OriginConnection current = connection;
    connection = null;
    if (current != null) {
      current.abandon();
    }
    client.metrics().originFailure();
    next(OriginFailure.Kind.TIMEOUT, name() + " did not answer in time");
  }

  void onHead(HttpResponse response) {
    stopTimer();
    if (NODE_CANNOT.contains(response.status().code()) && !left.isEmpty() && client.tryRetry()) {
      OriginConnection current = connection;
      connection = null;
      if (current != null) {
        current.abandon();
      }
      client.metrics().originFailure();
      node = null; // this retry is paid for
      next(OriginFailure.Kind.UNREACHABLE, "no node can serve");
      return;
    }
    String length = response.headers().get(HttpHeaderNames.CONTENT_LENGTH);
    boolean bodiless =
        request.method().equals(HttpMethod.HEAD)
            || response.status().code() == 304
            || response.status().code() == 204;
    expected = length == null || bodiless ? -1 : Long.parseLong(length);
    received = 0;
    lastRead = System.nanoTime();
    watchIdle();
    if (expected > 0 && expected <= WHOLE_ANSWER) {
      heldHead = response;
      heldBody = sockets.allocator().buffer((int) expected);
    } else {
      headSeen = true;
      handler.head(response, requested, System.currentTimeMillis());
    }
  }

  /** Gives the handler what was held back for it. */
  private void passHeld() {
    HttpResponse head = heldHead;
    ByteBuf body = heldBody;
    if (head != null && body != null) {
      heldHead = null;
      heldBody = null;
      headSeen = true;
      try {
        handler.head(head, requested, System.currentTimeMillis());
        if (!over) {
          handler.data(body);
        }
      } finally {
        body.release();
      }
    }
  }

  private void dropHeld() {
    ByteBuf body = heldBody;
    heldHead = null;
    heldBody = null;
    if (body != null) {
      body.release();
    }
  }

  void onData(ByteBuf part) {
    lastRead = System.nanoTime();
    if (!over) {
      received += part.readableBytes();
      client.metrics().received(part.readableBytes());
      ByteBuf held = heldBody;
      if (held == null) {
        handler.data(part);
      } else if (received <= expected) {
        held.writeBytes(part);
      }
    }
  }

  void onEnd() {
    connection = null;
    if (over) {
      return;
    }
    if (expected >= 0 && received != expected) {
      fail(OriginFailure.Kind.TRUNCATED, name() + " sent less than it announced");
      return;
    }
    passHeld();
    if (!over) {
      finish();
      handler.end();
    }
  }

  void onLost(OriginFailure.Kind kind, String detail) {
    connection = null;
    stopTimer();
    if (over) {
      return;
    }
    if (headSeen) {
      fail(OriginFailure.Kind.TRUNCATED, name() + ": the answer broke off");
      return;
    }
    boolean brokeOff = heldHead != null;
    dropHeld();
    Node current = node;
    if (reused && !brokeOff && kind == OriginFailure.Kind.UNREACHABLE && current != null) {
      connect(current); // the node closed an idle connection just as we used it
      return;
    }
    if (current != null && kind == OriginFailure.Kind.UNREACHABLE) {
      tier.reportFailure(current);
    }
    client.metrics().originFailure();
    next(kind, name() + ": " + detail);
  }

  private void watchIdle() {
    long idle = client.limits().idleTimeout().toNanos();
    long wait = Math.max(1_000_000, idle - (System.nanoTime() - lastRead));
    timer = sockets.loop().schedule(this::checkIdle, wait, TimeUnit.NANOSECONDS);
  }

  private void checkIdle() {
    if (over) {
      return;
    }
    if (paused) {
      lastRead = System.nanoTime(); // it is the client who is slow; its own time-out counts
    }
    if (System.nanoTime() - lastRead >= client.limits().idleTimeout().toNanos()) {
      OriginConnection current = connection;
      connection = null;
      if (current != null) {
        current.abandon();
      }
      if (heldHead == null) {
        fail(OriginFailure.Kind.TRUNCATED, name() + " stopped sending");
      } else {
        dropHeld();
        client.metrics().originFailure();
        next(OriginFailure.Kind.TIMEOUT, name() + " stopped sending");
      }
      return;
    }
    watchIdle();
  }

  private void fail(OriginFailure.Kind kind, String detail) {
    if (!over) {
      finish();
      handler.failed(new OriginFailure(kind, detail));
    }
  }

  private void finish() {
    over = true;
    dropHeld();
    stopTimer();
  }

  private void stopTimer() {
    Future<?> current = timer;
    timer = null;
    if (current != null) {
      current.cancel(false);
    }
  }

  private String name() {
    Node current = node;
    return current == null ? request.tier() : current.name();
  }
}
