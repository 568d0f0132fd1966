package org.tanada.balancer.filter;

import java.util.concurrent.atomic.AtomicLong;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import reactor.core.publisher.Flux;

/** A request whose body announces no length: it is counted while it passes. */
final class LimitedRequest extends ServerHttpRequestDecorator {
  private final long limit;

  LimitedRequest(ServerHttpRequest request, long limit) {
    super(request);
    this.limit = limit;
  }

  @Override
  public Flux<DataBuffer> getBody() {
    AtomicLong seen = new AtomicLong();
    return super.getBody()
        .handle((buffer, sink) -> {
          if (seen.addAndGet(buffer.readableByteCount()) > limit) {
            DataBufferUtils.release(buffer);
            sink.error(
                new ProblemException(
                    ProblemCode.CONTENT_TOO_LARGE, "At most " + limit + " bytes."));
          } else {
            sink.next(buffer);
          }
        });
  }
}
