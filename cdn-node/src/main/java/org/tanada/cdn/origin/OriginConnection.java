package org.tanada.cdn.origin;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** One connection to an origin node; serves one call at a time. */
final class OriginConnection extends ChannelInboundHandlerAdapter {
  static final String NAME = "origin";

  private final OriginClient client;
  private final URI address;
  private final Channel channel;
  private @Nullable OriginCall call;
  private boolean interim;
  private boolean keepAlive;
  private long idleSince;

  OriginConnection(OriginClient client, URI address, Channel channel) {
    this.client = client;
    this.address = address;
    this.channel = channel;
  }

  URI address() {
    return address;
  }

  long idleSince() {
    return idleSince;
  }

  boolean isUsable() {
    return channel.isActive()
        && System.nanoTime() - idleSince < client.limits().keepAlive().toNanos();
  }

  void close() {
    channel.close();
  }

  void read(boolean on) {
    channel.config().setAutoRead(on);
  }

  void send(OriginCall newCall, OriginRequest request) {
    call = newCall;
    interim = false;
    keepAlive = false;
    channel
        .writeAndFlush(
            new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                request.method(),
                request.uri(),
                Unpooled.EMPTY_BUFFER,
                request.headers(),
                EmptyHttpHeaders.INSTANCE))
        .addListener(sent -> {
          if (!sent.isSuccess()) {
            channel.close();
          }
        });
  }

  /** The call does not want the rest. */
  void abandon() {
    call = null;
    channel.close();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      OriginCall current = call;
      if (current == null) {
        channel.close(); // an answer that nobody asked for
        return;
      }
      if (message instanceof HttpResponse response) {
        if (response.decoderResult().isFailure()) {
          lost(OriginFailure.Kind.MALFORMED, "the answer's head cannot be read");
          return;
        }
        interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
        if (!interim) {
          keepAlive = HttpUtil.isKeepAlive(response);
          current.onHead(response);
        }
      }
      if (message instanceof HttpContent content && !interim && call == current) {
        if (content.decoderResult().isFailure()) {
          lost(OriginFailure.Kind.TRUNCATED, "the answer's body cannot be read");
          return;
        }
        if (content.content().isReadable()) {
          current.onData(content.content());
        }
        if (message instanceof LastHttpContent && call == current) {
          call = null;
          boolean reusable = keepAlive && channel.isActive();
          if (reusable) {
            idleSince = System.nanoTime();
            read(true);
            client.keep(channel.eventLoop(), this);
          } else {
            channel.close();
          }
          current.onEnd();
        }
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    client.forget(channel.eventLoop(), this);
    lost(OriginFailure.Kind.UNREACHABLE, "the connection was lost");
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    lost(OriginFailure.Kind.UNREACHABLE, "the connection failed: " + cause.getMessage());
    channel.close();
  }

  private void lost(OriginFailure.Kind kind, String detail) {
    OriginCall current = call;
    call = null;
    if (current != null) {
      channel.close();
      current.onLost(kind, detail);
    }
  }
}
