package org.tanada.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.ValveBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Servers that answer a POST with some 450 bytes, each in a JVM of its own. */
final class Servers {
  private Servers() {}

  static void run(String kind, int port) throws Exception {
    switch (kind) {
      case "netty" -> netty(port, Runnable::run);
      case "netty and threads" -> netty(port, Executors.newFixedThreadPool(16)::execute);
      case "jetty" -> jetty(port);
      case "HttpCore, a thread for each connection" -> blocking(port);
      case "tomcat" -> tomcat(port, null, "HTTP/1.1");
      case "tomcat, NIO2" -> tomcat(port, null, "org.apache.coyote.http11.Http11Nio2Protocol");
      case "tomcat, virtual threads" ->
          tomcat(port, Executors.newVirtualThreadPerTaskExecutor(), "HTTP/1.1");
      default -> throw new IllegalArgumentException(kind);
    }
    Thread.currentThread().join();
  }

  private static void netty(int port, java.util.concurrent.Executor work) throws Exception {
    new ServerBootstrap()
        .group(new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory()))
        .channel(NioServerSocketChannel.class)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                channel
                    .pipeline()
                    .addLast(
                        new HttpServerCodec(),
                        new HttpObjectAggregator(1 << 20),
                        new SimpleChannelInboundHandler<FullHttpRequest>() {
                          @Override
                          protected void channelRead0(
                              ChannelHandlerContext context, FullHttpRequest request) {
                            work.execute(() -> answer(context));
                          }
                        });
              }
            })
        .bind("127.0.0.1", port)
        .sync();
  }

  private static void answer(ChannelHandlerContext context) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(Stacks.ANSWER));
    response.headers().set("Content-Length", Stacks.ANSWER.length);
    response.headers().set("Content-Type", "application/json");
    response.headers().set("Server-Timing", Stacks.TIMING);
    context.writeAndFlush(response);
  }

  private static void jetty(int port) throws Exception {
    Server server = new Server(new QueuedThreadPool(64, 4));
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setPort(port);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(
              org.eclipse.jetty.server.Request request,
              org.eclipse.jetty.server.Response response,
              Callback callback)
              throws Exception {
            Content.Source.asByteBuffer(request);
            response.getHeaders().put("Content-Type", "application/json");
            response.getHeaders().put("Content-Length", Stacks.ANSWER.length);
            response.getHeaders().put("Server-Timing", Stacks.TIMING);
            response.write(true, ByteBuffer.wrap(Stacks.ANSWER), callback);
            return true;
          }
        });
    server.start();
  }

  private static void blocking(int port) throws IOException {
    org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap.bootstrap()
        .setListenerPort(port)
        .setCanonicalHostName("127.0.0.1")
        .setLocalAddress(java.net.InetAddress.getLoopbackAddress())
        .setSocketConfig(SocketConfig.custom().setTcpNoDelay(true).build())
        .register(
            "*",
            (request, response, context) -> {
              request.getEntity().getContent().readAllBytes();
              response.setHeader("Server-Timing", Stacks.TIMING);
              response.setEntity(new ByteArrayEntity(Stacks.ANSWER, ContentType.APPLICATION_JSON));
            })
        .create()
        .start();
  }

  private static void tomcat(int port, ExecutorService threads, String protocol) throws Exception {
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(Files.createTempDirectory("tomcat").toString());
    org.apache.catalina.connector.Connector connector =
        new org.apache.catalina.connector.Connector(protocol);
    connector.setPort(port);
    tomcat.setConnector(connector);
    tomcat.getConnector().setProperty("maxKeepAliveRequests", "-1");
    if (threads != null) {
      tomcat.getConnector().getProtocolHandler().setExecutor(threads);
    }
    tomcat
        .getEngine()
        .getPipeline()
        .addValve(
            new ValveBase(true) {
              @Override
              public void invoke(Request request, Response response) throws IOException {
                request.getInputStream().readAllBytes();
                response.setContentType("application/json");
                response.setContentLength(Stacks.ANSWER.length);
                response.setHeader("Server-Timing", Stacks.TIMING);
                response.getOutputStream().write(Stacks.ANSWER);
              }
            });
    tomcat.addContext("", null);
    tomcat.start();
  }
}
