package org.tanada.cdn.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;
import org.tanada.cdn.cache.CacheControl;
import org.tanada.cdn.cache.Content;
import org.tanada.cdn.cache.Decision;
import org.tanada.cdn.cache.Fields;
import org.tanada.cdn.cache.Fill;
import org.tanada.cdn.cache.Outcome;
import org.tanada.cdn.cache.StoredResponse;
import org.tanada.cdn.config.EdgeMetrics;
import org.tanada.cdn.origin.OriginCall;
import org.tanada.cdn.origin.OriginFailure;
import org.tanada.cdn.origin.OriginRequest;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;

/**
 * The way of one request. All on its client's event loop.
 *
 * <p>Request directives of clients ({@code no-cache}, {@code max-age}) are ignored, as RFC 9111,
 * 5.2.1 allows: otherwise every reload button would reach the origin. Only {@code only-if-cached}
 * counts.
 */
final class Exchange {
  private static final int MAX_TRIES = 3;

  private final Edge edge;
  private final ClientConnection connection;
  private final ChannelHandlerContext client;
  private final HttpRequest request;
  private final boolean isHead;
  private final Reply reply;
  private final TraceContext trace;
  private @Nullable Target target;
  private @Nullable ContentWriter writer;
  private @Nullable OriginCall call;
  private boolean paused;
  private boolean gone;
  private boolean over;
  private boolean isComplete;
  private int tries;

  Exchange(
      Edge edge, ClientConnection connection, ChannelHandlerContext client, HttpRequest request) {
    this.edge = edge;
    this.connection = connection;
    this.client = client;
    this.request = request;
    this.isHead = request.method().equals(HttpMethod.HEAD);
    this.trace = TraceContext.continueFrom(request.headers().get(TanadaHeaders.TRACEPARENT));
    this.reply = new Reply(edge, trace, request);
  }

  /** Answers, now or later. */
  void run() {
    try {
      Gate.check(edge, request);
      Target parsed = Target.parse(request.uri(), edge.properties());
      target = parsed;
      if (parsed.signed()) {
        Gate.verify(edge, parsed);
      }
      dispatch(parsed);
    } catch (ProblemException e) {
      problem(e, "fwd=request; detail=refused");
    }
  }

  private void dispatch(Target asked) {
    if (++tries > MAX_TRIES) {
      pass(asked, "fwd=bypass; detail=contended");
      return;
    }
    HttpHeaders headers = request.headers();
    boolean onlyIfCached =
        CacheControl.parse(headers.getAll(HttpHeaderNames.CACHE_CONTROL)).has("only-if-cached");
    if (isHead || onlyIfCached) {
      StoredResponse found = edge.store().find(asked.key(), headers);
      long ttl = found == null ? -1 : found.head().ttl(System.currentTimeMillis());
      if (found != null && ttl > 0) {
        serve(asked, found, "hit; ttl=" + ttl, EdgeMetrics.Outcome.HIT);
      } else if (onlyIfCached) {
        problem(
            new ProblemException(ProblemCode.UPSTREAM_TIMEOUT, "It is not in the cache."),
            "detail=only-if-cached");
      } else {
        pass(asked, "fwd=method");
      }
      return;
    }
    switch (edge.store().decide(asked.key(), headers, System.currentTimeMillis())) {
      case Decision.Fresh(StoredResponse response) ->
          serve(
              asked,
              response,
              "hit; ttl=" + response.head().ttl(System.currentTimeMillis()),
              EdgeMetrics.Outcome.HIT);
      case Decision.Stale(StoredResponse response, Fill refresh) -> {
        if (refresh != null) {
          fetch(asked, refresh, null, () -> {});
        }
        serveStale(asked, response, "stale-while-revalidate");
      }
      case Decision.Join(Fill fill) -> join(asked, fill);
      case Decision.Lead(Fill fill, Decision.Reason reason) -> lead(asked, fill, reason);
    }
  }

  private void lead(Target asked, Fill fill, Decision.Reason reason) {
    if (isFar(0)) {
      // the range is served past the cache at once; the whole object follows if there is room
      pass(asked, "fwd=" + reason.token() + "; detail=range");
      if (edge.tryBackgroundFill()) {
        fetch(asked, fill, null, edge::backgroundFillEnded);
      } else {
        fill.resolve(new Outcome.Personal());
      }
      return;
    }
    fill.onOutcome(client.executor(), () -> outcome(asked, fill, "fwd=" + reason.token(), true));
    fetch(asked, fill, this, () -> {});
  }

  private void join(Target asked, Fill fill) {
    if (isFar(fill.view().available())) {
      pass(asked, "fwd=uri-miss; detail=range");
      return;
    }
    fill.onOutcome(client.executor(), () -> outcome(asked, fill, "fwd=uri-miss", false));
  }

  /** Whether a range begins so far ahead of what is there that waiting for it is no use. */
  private boolean isFar(long available) {
    ByteRange range = ByteRange.parse(request.headers().get(HttpHeaderNames.RANGE));
    return range != null && range.first() > available + edge.properties().rangeReach().toBytes();
  }

  private void fetch(Target asked, Fill fill, @Nullable Exchange leader, Runnable whenOver) {
    try {
      HttpHeaders headers = edge.forward(asked.tier(), request.headers(), trace, true);
      OriginFetch.start(edge, client, fill, asked, headers, leader, whenOver);
    } catch (RuntimeException e) {
      // nobody may wait for a question that was never asked
      fill.resolve(new Outcome.Failed(false, false, null));
      throw e;
    }
  }

  private void outcome(Target asked, Fill fill, String forwarded, boolean leads) {
    if (gone || over) {
      return;
    }
    Outcome outcome = fill.outcome();
    String collapsed = leads ? "" : "; collapsed";
    switch (outcome) {
      case null -> throw new IllegalStateException("called before the outcome was known");
      case Outcome.Streaming(StoredResponse.Head head) -> {
        if (!fill.serves(request.headers())) {
          dispatch(asked);
          return;
        }
        String status = forwarded + "; fwd-status=" + head.status() + "; stored" + collapsed;
        EdgeMetrics.Outcome kind = leads ? EdgeMetrics.Outcome.MISS : EdgeMetrics.Outcome.COLLAPSED;
        if (!send(asked, head, fill, status, leads ? "miss" : "collapsed", kind)) {
          dispatch(asked); // it broke off before we could begin to read it
        }
      }
      case Outcome.Confirmed(StoredResponse response) -> {
        if (matches(response)) {
          String status = "fwd=stale; fwd-status=304" + collapsed;
          serve(asked, response, status, EdgeMetrics.Outcome.REVALIDATED);
        } else {
          dispatch(asked);
        }
      }
      case Outcome.StaleOnError(StoredResponse response, String detail) -> {
        if (matches(response)) {
          serveStale(asked, response, detail);
        } else {
          dispatch(asked);
        }
      }
      case Outcome.Personal() -> {
        if (!leads) {
          dispatch(asked);
        }
      }
      case Outcome.Failed failed -> failed(failed, forwarded + collapsed);
    }
  }

  private boolean matches(StoredResponse response) {
    return response.head().matches(request.headers());
  }

  private void failed(Outcome.Failed failed, String status) {
    ProblemCode code =
        failed.overloaded()
            ? ProblemCode.UNAVAILABLE
            : failed.timeout() ? ProblemCode.UPSTREAM_TIMEOUT : ProblemCode.UPSTREAM_FAILED;
    String detail = failed.detail() == null ? code.title() : failed.detail();
    problem(new ProblemException(code, detail), status + "; detail=" + code.code());
  }

  static Outcome.Failed outcomeOf(OriginFailure failure) {
    return new Outcome.Failed(
        failure.kind() == OriginFailure.Kind.TIMEOUT,
        failure.kind() == OriginFailure.Kind.OVERLOADED,
        failure.detail());
  }

  // ---- from the cache

  private void serveStale(Target asked, StoredResponse response, String detail) {
    long ttl = response.head().ttl(System.currentTimeMillis());
    serve(asked, response, "hit; ttl=" + ttl + "; detail=" + detail, EdgeMetrics.Outcome.STALE);
  }

  private void serve(
      Target asked, StoredResponse response, String status, EdgeMetrics.Outcome kind) {
    String did =
        switch (kind) {
          case STALE -> "stale";
          case REVALIDATED -> "revalidated";
          default -> "hit";
        };
    if (!send(asked, response.head(), response.content(), status, did, kind)) {
      edge.store().drop(response); // its file is gone
      dispatch(asked);
    }
  }

  /** Sends an object or the part that was asked for; false if its file cannot be opened. */
  private boolean send(
      Target asked,
      StoredResponse.Head head,
      Content content,
      String status,
      String did,
      EdgeMetrics.Outcome kind) {
    HttpHeaders headers = new DefaultHttpHeaders().set(head.headers());
    long age = head.age(System.currentTimeMillis());
    if (kind == EdgeMetrics.Outcome.HIT || kind == EdgeMetrics.Outcome.STALE || age > 0) {
      headers.set(HttpHeaderNames.AGE, Long.toString(age));
    }
    if (asked.signed() && head.status() < 300) {
      headers.set(HttpHeaderNames.CACHE_CONTROL, "private, max-age=" + Gate.secondsLeft(asked));
      headers.remove(HttpHeaderNames.EXPIRES);
    }
    int code = head.status();
    long length = head.length();
    long from = 0;
    long to = length < 0 ? Long.MAX_VALUE : length;
    if (code == 200 && Conditions.notModified(request.headers(), head)) {
      Reply.shortenTo304(headers);
      code = 304;
      to = 0;
    } else if (code == 200 && !isHead && length >= 0) {
      ByteRange range = ByteRange.parse(request.headers().get(HttpHeaderNames.RANGE));
      if (range != null && Conditions.rangeHolds(request.headers(), head)) {
        ByteRange.Span span = range.of(length);
        if (span == null) {
          reply.extra(HttpHeaderNames.CONTENT_RANGE, "bytes */" + length);
          problem(
              new ProblemException(
                  ProblemCode.RANGE_NOT_SATISFIABLE, "The file has " + length + " bytes."),
              status);
          return true;
        }
        code = 206;
        from = span.from();
        to = span.to();
        headers.set(HttpHeaderNames.CONTENT_RANGE, "bytes " + from + "-" + (to - 1) + "/" + length);
        headers.remove("Content-Digest"); // of the content as sent, which is a part now (RFC 9530)
      }
    }
    boolean body = !isHead && code != 304 && code != 204 && from < to;
    ContentWriter sender = null;
    if (body) {
      sender = new ContentWriter(client, content, from, to, edge.metrics(), this::finished);
      if (!sender.prepare()) {
        return false;
      }
    }
    if (code == 304 || code == 204) {
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
    } else if (to != Long.MAX_VALUE) {
      headers.set(HttpHeaderNames.CONTENT_LENGTH, Long.toString(to - from));
    }
    edge.metrics().request(kind);
    reply.timing(did);
    HttpResponse response = reply.head(HttpResponseStatus.valueOf(code), headers, status, body);
    client.write(response, client.voidPromise());
    writer = sender;
    if (sender == null) {
      client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      finished(true);
    } else {
      sender.pump();
      client.flush();
    }
    return true;
  }

  // ---- past the cache

  /** Asks the origin for exactly what the client asked for. */
  private void pass(Target asked, String status) {
    OriginRequest origin =
        new OriginRequest(
            asked.tier(),
            request.method(),
            asked.uri(),
            edge.forward(asked.tier(), request.headers(), trace, false));
    new PassThrough(this, status).start(edge, client, origin);
  }

  /** The origin's head, for this client alone. */
  void passHead(HttpResponse response, OriginCall from, @Nullable String status) {
    if (gone || over) {
      from.cancel();
      return;
    }
    call = from;
    int code = response.status().code();
    HttpHeaders headers = Fields.endToEnd(response.headers());
    headers.remove(TanadaHeaders.CACHE_CONTROL);
    originTiming(response.headers());
    reply.timing("pass");
    boolean body = !isHead && code != 304 && code != 204;
    edge.metrics().request(EdgeMetrics.Outcome.PASS);
    String fwd = (status == null ? "fwd=uri-miss" : status) + "; fwd-status=" + code;
    client.writeAndFlush(reply.head(response.status(), headers, fwd, body));
  }

  /** What the origin and the tiers behind it said about their time. */
  void originTiming(HttpHeaders headers) {
    reply.behind(String.join(", ", headers.getAll(ServerTiming.HEADER)));
  }

  void passData(ByteBuf part) {
    if (over) {
      return;
    }
    if (isHead) {
      return;
    }
    edge.metrics().sent(part.readableBytes());
    client.writeAndFlush(new DefaultHttpContent(part.retain()), client.voidPromise());
    OriginCall current = call;
    if (!client.channel().isWritable() && current != null && !paused) {
      paused = true;
      current.pause();
    }
  }

  void passEnd() {
    if (!over) {
      call = null;
      client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      finished(true);
    }
  }

  /** The answer broke off: so does ours, for the client must not take it for complete. */
  void passBroken() {
    call = null;
    finished(false);
  }

  /** There is no answer for this client's own question. */
  void passFailed(OriginFailure failure, String status) {
    if (gone || over) {
      return;
    }
    Target asked = target;
    if (asked != null && failure.kind() != OriginFailure.Kind.OVERLOADED) {
      StoredResponse stale = edge.store().find(asked.key(), request.headers());
      long allowed = edge.properties().staleIfUnreachable().toSeconds();
      if (stale != null && stale.head().usableOnError(System.currentTimeMillis(), true, allowed)) {
        serveStale(asked, stale, "origin-down");
        return;
      }
    }
    failed(outcomeOf(failure), status);
  }

  // ---- the end

  private void problem(ProblemException problem, String status) {
    edge.metrics().request(EdgeMetrics.Outcome.ERROR);
    reply.timing("error");
    client.writeAndFlush(reply.problem(problem, status));
    finished(true);
  }

  private void finished(boolean complete) {
    if (!over) {
      over = true;
      writer = null;
      isComplete = complete;
      connection.finished(this, complete && reply.keepsAlive());
    }
  }

  /** The client takes more now. */
  void writable() {
    ContentWriter current = writer;
    if (current != null) {
      current.pump();
    }
    OriginCall origin = call;
    if (paused && origin != null && client.channel().isWritable()) {
      paused = false;
      origin.resume();
    }
  }

  /** The client's connection is closed. */
  void clientGone() {
    gone = true;
    over = true;
    ContentWriter current = writer;
    if (current != null) {
      current.close();
    }
    OriginCall origin = call;
    if (origin != null) {
      origin.cancel();
    }
  }

  /** Whether the answer was written to its end. */
  boolean isComplete() {
    return isComplete;
  }

  boolean isGone() {
    return gone;
  }
}
