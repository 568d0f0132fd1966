package org.tanada.cdn.server;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import org.jspecify.annotations.Nullable;
import org.tanada.cdn.cache.CachePolicy;
import org.tanada.cdn.cache.Fill;
import org.tanada.cdn.cache.Freshness;
import org.tanada.cdn.cache.Outcome;
import org.tanada.cdn.cache.StoredResponse;
import org.tanada.cdn.origin.OriginCall;
import org.tanada.cdn.origin.OriginFailure;
import org.tanada.cdn.origin.OriginHandler;
import org.tanada.cdn.origin.OriginRequest;

/**
 * Asks the origin for a whole object and feeds a fill with the answer. An answer that may not be
 * kept goes to the request that began, alone and at that client's pace.
 */
final class OriginFetch implements OriginHandler {
  private final Edge edge;
  private final Fill fill;
  private final @Nullable Exchange leader;
  private final Runnable whenOver;
  private @Nullable OriginCall call;
  private Mode mode = Mode.WAITING;

  private enum Mode {
    WAITING,
    STORING,
    PASSING,
    OVER
  }

  private OriginFetch(Edge edge, Fill fill, @Nullable Exchange leader, Runnable whenOver) {
    this.edge = edge;
    this.fill = fill;
    this.leader = leader;
    this.whenOver = whenOver;
  }

  /**
   * Begins.
   *
   * @param client whose event loop is used
   * @param headers for the origin, without conditions and ranges
   * @param leader gets an answer that may not be kept; null in the background
   * @param whenOver called once at the end, whatever that is
   */
  static void start(
      Edge edge,
      ChannelHandlerContext client,
      Fill fill,
      Target target,
      HttpHeaders headers,
      @Nullable Exchange leader,
      Runnable whenOver) {
    OriginFetch fetch = new OriginFetch(edge, fill, leader, whenOver);
    StoredResponse stale = fill.validating();
    if (stale != null) {
      String etag = stale.head().etag();
      String modified = stale.head().headers().get(HttpHeaderNames.LAST_MODIFIED);
      if (etag != null) {
        headers.set(HttpHeaderNames.IF_NONE_MATCH, etag);
      }
      if (modified != null) {
        headers.set(HttpHeaderNames.IF_MODIFIED_SINCE, modified);
      }
    }
    OriginRequest request = new OriginRequest(target.tier(), HttpMethod.GET, target.uri(), headers);
    OriginCall call =
        edge.origin()
            .call(
                client.channel().eventLoop(),
                Transport.socketType(),
                client.alloc(),
                request,
                fetch);
    fetch.call = call;
    if (fetch.mode == Mode.OVER) {
      call.cancel();
    }
  }

  @Override
  public void head(HttpResponse response, long requested, long arrived) {
    int status = response.status().code();
    HttpHeaders headers = response.headers();
    StoredResponse stale = fill.validating();
    if (stale != null && status == 304) {
      StoredResponse.Head fresher =
          stale.head().refreshed(fill.request(), headers, requested, arrived);
      if (fresher == null) {
        edge.store().drop(stale);
        fill.resolve(new Outcome.Confirmed(stale));
      } else {
        fill.resolve(new Outcome.Confirmed(edge.store().confirm(stale, fresher)));
      }
      over();
      return;
    }
    if (stale != null && status >= 500) {
      boolean unreachable = status >= 502 && status <= 504;
      if (usable(stale, unreachable)) {
        fill.resolve(new Outcome.StaleOnError(stale, "origin-" + status));
        over();
        cancel();
        return;
      }
    }
    long length = HttpUtil.getContentLength(response, -1L);
    boolean delimited = length >= 0 || HttpUtil.isTransferEncodingChunked(response);
    if (status == 204) {
      length = 0;
      delimited = true;
    }
    Freshness freshness =
        delimited && !edge.store().isUnfit(fill.key())
            ? CachePolicy.evaluate(fill.request(), status, headers)
            : null;
    if (freshness != null && fill.open(length)) {
      mode = Mode.STORING;
      Exchange first = leader;
      if (first != null) {
        first.originTiming(headers);
      }
      fill.resolve(
          new Outcome.Streaming(
              StoredResponse.Head.of(
                  fill.key(),
                  fill.request(),
                  status,
                  headers,
                  freshness,
                  requested,
                  arrived,
                  length)));
      return;
    }
    edge.store().markPersonal(fill.key(), fill.request());
    fill.resolve(new Outcome.Personal());
    Exchange first = leader;
    OriginCall current = call;
    if (first == null || first.isGone() || current == null) {
      over();
      cancel();
      return;
    }
    mode = Mode.PASSING;
    first.passHead(response, current, null);
  }

  @Override
  public void data(ByteBuf part) {
    Exchange first = leader;
    if (mode == Mode.STORING) {
      if (!fill.append(part)) {
        // it does not fit after all: those who read break off and ask again, past the cache
        edge.store().markUnfit(fill.key());
        over();
        cancel();
      }
    } else if (mode == Mode.PASSING && first != null) {
      first.passData(part);
    }
  }

  @Override
  public void end() {
    Exchange first = leader;
    if (mode == Mode.STORING) {
      fill.complete();
    } else if (mode == Mode.PASSING && first != null) {
      first.passEnd();
    }
    over();
  }

  @Override
  public void failed(OriginFailure failure) {
    Exchange first = leader;
    if (mode == Mode.STORING) {
      fill.fail();
    } else if (mode == Mode.PASSING && first != null) {
      first.passBroken();
    } else if (mode == Mode.WAITING) {
      StoredResponse stale = fill.validating();
      if (stale != null && usable(stale, true)) {
        fill.resolve(new Outcome.StaleOnError(stale, "origin-down"));
      } else {
        fill.resolve(Exchange.outcomeOf(failure));
      }
    }
    over();
  }

  private boolean usable(StoredResponse stale, boolean unreachable) {
    return stale
        .head()
        .usableOnError(
            System.currentTimeMillis(),
            unreachable,
            edge.properties().staleIfUnreachable().toSeconds());
  }

  private void cancel() {
    OriginCall current = call;
    if (current != null) {
      current.cancel();
    }
  }

  private void over() {
    if (mode != Mode.OVER) {
      mode = Mode.OVER;
      whenOver.run();
    }
  }
}
