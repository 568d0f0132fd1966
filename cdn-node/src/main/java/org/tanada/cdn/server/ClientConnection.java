package org.tanada.cdn.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A client's connection: its requests are answered one after the other, in their order. The few
 * that wait are bounded; then nothing more is read.
 */
final class ClientConnection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(ClientConnection.class);
  private static final int MAX_WAITING = 16;

  private final Edge edge;
  private final ArrayDeque<HttpRequest> waiting = new ArrayDeque<>();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Exchange current;
  private boolean closing;
  private boolean starting;

  ClientConnection(Edge edge) {
    this.edge = edge;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
  }

  /** Whether a request is being answered. */
  boolean isBusy() {
    return current != null;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (closing) {
        return;
      }
      if (message instanceof HttpRequest request) {
        waiting.add(request);
        if (waiting.size() >= MAX_WAITING) {
          ctx.channel().config().setAutoRead(false);
        }
        startNext(ctx);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  /** Not recursive: a hundred hits in a pipeline are answered in a loop. */
  private void startNext(ChannelHandlerContext ctx) {
    if (starting) {
      return;
    }
    starting = true;
    try {
      while (current == null && !closing) {
        HttpRequest next = waiting.poll();
        if (next == null) {
          break;
        }
        Exchange exchange = new Exchange(edge, this, ctx, next);
        current = exchange;
        exchange.run();
      }
    } finally {
      starting = false;
    }
    if (waiting.size() < MAX_WAITING / 2) {
      ctx.channel().config().setAutoRead(true);
    }
  }

  /** The answer is written; it may still be in the socket's queue. */
  void finished(Exchange exchange, boolean keep) {
    ChannelHandlerContext ctx = context;
    if (exchange != current || ctx == null) {
      return;
    }
    current = null;
    if (keep) {
      startNext(ctx);
      return;
    }
    closing = true;
    waiting.clear();
    close(ctx, exchange);
  }

  private void close(ChannelHandlerContext ctx, Exchange exchange) {
    if (exchange.isComplete()) {
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.close(); // broken off: the client sees it by the missing end
    }
  }

  /** Ends the connection if nothing is going on. */
  void closeIfIdle() {
    ChannelHandlerContext ctx = context;
    if (ctx != null && current == null && waiting.isEmpty()) {
      closing = true;
      ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Exchange exchange = current;
    if (exchange != null) {
      exchange.writable();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closing = true;
    waiting.clear();
    Exchange exchange = current;
    current = null;
    if (exchange != null) {
      exchange.clientGone();
    }
  }

  /**
   * Nothing was read and nothing left the socket for a while. Fine while the origin is thinking,
   * which has its own limits; else the client is gone or asleep.
   */
  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof IdleStateEvent) {
      var queue = ctx.channel().unsafe().outboundBuffer();
      if (current == null || (queue != null && !queue.isEmpty())) {
        ctx.close();
      }
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    // who does not speak TLS where we do is wrapped by the decoder
    if (cause instanceof IOException || cause.getCause() instanceof SSLException) {
      log.debug("a client's connection was lost: {}", cause.toString());
    } else {
      log.error("a request failed", cause);
    }
    ctx.close();
  }
}
