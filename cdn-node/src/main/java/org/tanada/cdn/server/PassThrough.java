package org.tanada.cdn.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.tanada.cdn.origin.OriginCall;
import org.tanada.cdn.origin.OriginFailure;
import org.tanada.cdn.origin.OriginHandler;
import org.tanada.cdn.origin.OriginRequest;

/** Brings one client exactly what the origin says to its question; nothing is kept. */
final class PassThrough implements OriginHandler {
  private final Exchange exchange;
  private final String status;
  private @Nullable OriginCall call;
  private boolean headSent;

  PassThrough(Exchange exchange, String status) {
    this.exchange = exchange;
    this.status = status;
  }

  void start(Edge edge, ChannelHandlerContext client, OriginRequest request) {
    call =
        edge.origin()
            .call(
                client.channel().eventLoop(),
                Transport.socketType(),
                client.alloc(),
                request,
                this);
  }

  @Override
  public void head(HttpResponse response, long requested, long arrived) {
    headSent = true;
    OriginCall current = call;
    if (current != null) {
      exchange.passHead(response, current, status);
    }
  }

  @Override
  public void data(ByteBuf part) {
    exchange.passData(part);
  }

  @Override
  public void end() {
    exchange.passEnd();
  }

  @Override
  public void failed(OriginFailure failure) {
    if (headSent) {
      exchange.passBroken();
    } else {
      exchange.passFailed(failure, status);
    }
  }
}
