package org.tanada.balancer.upstream;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.timeout.ReadTimeoutException;
import java.io.IOException;
import java.net.ConnectException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

/** What became of one attempt at one server. */
sealed interface Verdict {
  /** The head of an answer is there. */
  record Answered() implements Verdict {}

  /** The server could not be reached, so that nothing was sent. */
  record Unreachable(Throwable cause) implements Verdict {}

  /** The server was lost after something may have been sent, or says that it is leaving. */
  record Lost(@Nullable Throwable cause) implements Verdict {}

  /** It does not help to ask another server. */
  record Failed(Throwable problem) implements Verdict {}

  /** The verdict on an attempt that ended with an error. */
  static Verdict on(Throwable error) {
    if (error instanceof ConnectException) { // netty's connect time-out is one, too
      return new Unreachable(error);
    }
    if (error instanceof ProblemException) {
      return new Failed(error);
    }
    if (error instanceof ReadTimeoutException
        || error instanceof TimeoutException
        || isGatewayTimeout(error)) {
      return new Failed(
          new ProblemException(
              ProblemCode.UPSTREAM_TIMEOUT, ProblemCode.UPSTREAM_TIMEOUT.title(), error));
    }
    if (error instanceof PoolAcquireTimeoutException
        || error instanceof PoolAcquirePendingLimitException) {
      return new Failed(
          new ProblemException(ProblemCode.UNAVAILABLE, "All connections are in use.", error));
    }
    if (error instanceof IOException || error instanceof AbortedException) {
      return new Lost(error);
    }
    if (error instanceof DecoderException || error instanceof IllegalArgumentException) {
      return new Failed( // what came is not HTTP: netty says so in either way
          new ProblemException(
              ProblemCode.UPSTREAM_FAILED, ProblemCode.UPSTREAM_FAILED.title(), error));
    }
    return new Failed(error);
  }

  private static boolean isGatewayTimeout(Throwable error) {
    return error instanceof ResponseStatusException status
        && status.getStatusCode().isSameCodeAs(HttpStatus.GATEWAY_TIMEOUT);
  }
}
