package org.tanada.cdn.server;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;

/** Makes the heads of answers: what the edge adds, and how the body's end is told. */
final class Reply {
  private final long began = System.nanoTime();
  private final Edge edge;
  private final TraceContext trace;
  private final boolean isHead;
  private final boolean http10;
  private final HttpHeaders extra = new DefaultHttpHeaders();
  private boolean keepAlive;
  private String behind = "";
  private String did = "";

  Reply(Edge edge, TraceContext trace, HttpRequest request) {
    this.edge = edge;
    this.trace = trace;
    this.isHead = request.method().equals(HttpMethod.HEAD);
    this.http10 = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    // what may have a body that nobody reads ends its connection
    this.keepAlive =
        HttpUtil.isKeepAlive(request)
            && request.decoderResult().isSuccess()
            && !Gate.hasBody(request.headers());
  }

  boolean keepsAlive() {
    return keepAlive;
  }

  /** The entries of the tiers behind, for {@code Server-Timing}. */
  void behind(String entries) {
    behind = entries;
  }

  /** What the edge did. */
  void timing(String what) {
    did = what;
  }

  /** A field for the next head only of this request. */
  void extra(CharSequence name, String value) {
    extra.set(name, value);
  }

  /** The fields that a 304 carries (RFC 9110, 15.4.5): none that describe a body. */
  static void shortenTo304(HttpHeaders headers) {
    headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    headers.remove(HttpHeaderNames.CONTENT_TYPE);
    headers.remove(HttpHeaderNames.CONTENT_ENCODING);
    headers.remove("Content-Digest");
  }

  /**
   * A head.
   *
   * @param headers what it carries already; changed
   * @param status our entry of {@code Cache-Status}, without our name
   * @param body whether a body follows
   */
  HttpResponse head(HttpResponseStatus code, HttpHeaders headers, String status, boolean body) {
    if (body && !headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      if (http10) {
        keepAlive = false; // the end of the connection is the end of the body
      } else {
        headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
      }
    }
    decorate(headers, status);
    return new DefaultHttpResponse(HttpVersion.HTTP_1_1, code, headers);
  }

  /** A whole answer about an error of the edge's own (RFC 9457). */
  HttpResponse problem(ProblemException problem, String status) {
    byte[] json = edge.json().writeValueAsBytes(problem.problem());
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    headers.set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(json.length));
    ProblemCode code = problem.code();
    if (code == ProblemCode.UNAUTHENTICATED) {
      headers.set(HttpHeaderNames.WWW_AUTHENTICATE, "Bearer");
    } else if (code == ProblemCode.METHOD_NOT_ALLOWED) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
    } else if (code.status() >= 502) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "1");
    } else if (code == ProblemCode.MALFORMED_REQUEST) {
      keepAlive = false;
    }
    headers.add(extra);
    decorate(headers, status);
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        HttpResponseStatus.valueOf(code.status()),
        isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(json),
        headers,
        EmptyHttpHeaders.INSTANCE);
  }

  private void decorate(HttpHeaders headers, String status) {
    headers.add("Cache-Status", edge.cacheName() + "; " + status);
    headers.add(HttpHeaderNames.VIA, "1.1 " + edge.cacheName());
    String own =
        ServerTiming.format("edge", (System.nanoTime() - began) / 1e6, edge.node() + " " + did);
    headers.set(ServerTiming.HEADER, behind.isEmpty() ? own : own + ", " + behind);
    headers.set(TanadaHeaders.TRACEPARENT, trace.traceparent());
    if (edge.isDraining()) {
      keepAlive = false;
    }
    if (!keepAlive) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (http10) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
  }
}
