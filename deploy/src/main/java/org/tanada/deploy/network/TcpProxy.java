package org.tanada.deploy.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.network.Network.Manner;

/**
 * A port that leads to a server, and can stop doing so. While it vanishes what is sent, it reads
 * nothing more: the kernels at both ends keep it, as they would send it again after a real cut; so
 * what was under way then arrives late, and not never.
 */
final class TcpProxy implements AutoCloseable {
  private static final int CHUNK = 16 * 1024;

  private final InetSocketAddress target;
  private final ServerSocketChannel server;
  private final int port;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Manner cut; // under the lock
  private volatile boolean closed;

  /** A proxy on a free port of this machine, which nobody else reaches. */
  TcpProxy(InetSocketAddress target) throws IOException {
    this.target = target;
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
    port = ((InetSocketAddress) server.getLocalAddress()).getPort();
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return port;
  }

  /** How many connections go through it. */
  int connections() {
    return links.size();
  }

  void cut(Manner manner) {
    set(manner);
    if (manner == Manner.RESET) {
      links.forEach(Link::reset);
    }
  }

  void heal() {
    set(null);
  }

  private void set(@Nullable Manner manner) {
    lock.lock();
    try {
      cut = manner;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    closed = true;
    heal();
    server.close();
    links.forEach(Link::reset);
  }

  /**
   * Waits while nothing goes that way.
   *
   * @return whether it does now; else the connection is to break
   */
  private boolean pass(boolean answer) {
    lock.lock();
    try {
      while (cut == Manner.VANISH || (answer && cut == Manner.ANSWERS_VANISH)) {
        changed.awaitUninterruptibly();
      }
      return cut != Manner.RESET && !closed;
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        SocketChannel caller = server.accept();
        Thread.ofVirtual().start(() -> connect(caller));
      } catch (IOException e) {
        if (!closed) {
          System.err.println("a drill's proxy of " + target + " takes no connection: " + e);
        }
        return;
      }
    }
  }

  private void connect(SocketChannel caller) {
    if (!pass(false)) {
      reset(caller);
      return;
    }
    SocketChannel callee;
    try {
      callee = SocketChannel.open(target);
    } catch (IOException e) {
      reset(caller); // the server is down: so is this port
      return;
    }
    Link link = new Link(caller, callee);
    links.add(link);
    Thread.ofVirtual().start(() -> link.pump(caller, callee, false));
    link.pump(callee, caller, true);
  }

  private static void reset(SocketChannel channel) {
    try (channel) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // it is closed already, which is all that is wanted
      return;
    }
  }

  /** A connection, and its continuation to the server. */
  private final class Link {
    private final SocketChannel caller;
    private final SocketChannel callee;
    private boolean half;

    Link(SocketChannel caller, SocketChannel callee) {
      this.caller = caller;
      this.callee = callee;
    }

    void pump(SocketChannel from, SocketChannel to, boolean answer) {
      try {
        to.setOption(StandardSocketOptions.TCP_NODELAY, true);
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        while (from.read(buffer) >= 0) {
          if (!pass(answer)) {
            reset();
            return;
          }
          buffer.flip();
          while (buffer.hasRemaining()) {
            to.write(buffer);
          }
          buffer.clear();
        }
        if (pass(answer)) {
          ended(to);
        } else {
          reset();
        }
      } catch (IOException e) { // one end broke: the other hears of it, if it can
        pass(answer);
        reset();
      }
    }

    private void ended(SocketChannel to) throws IOException {
      boolean both;
      synchronized (this) {
        both = half;
        half = true;
      }
      if (both) {
        links.remove(this);
        caller.close();
        callee.close();
      } else {
        to.shutdownOutput();
      }
    }

    void reset() {
      links.remove(this);
      TcpProxy.reset(caller);
      TcpProxy.reset(callee);
    }
  }
}
