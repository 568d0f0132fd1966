package org.tanada.balancer.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TraceContext;
import org.tanada.common.timing.ServerTiming;

/**
 * One request's passage through this gateway: when it came, and its trace.
 *
 * @param began {@link System#nanoTime()} at its arrival
 * @param trace continued from the caller
 */
public record Passage(long began, TraceContext trace) {
  private static final String ATTRIBUTE = Passage.class.getName();

  /** The exchange's passage; it begins when it is first asked for. */
  public static Passage of(ServerWebExchange exchange) {
    Passage passage = exchange.getAttribute(ATTRIBUTE);
    if (passage == null) {
      HttpHeaders headers = exchange.getRequest().getHeaders();
      passage =
          new Passage(
              System.nanoTime(),
              TraceContext.continueFrom(headers.getFirst(TanadaHeaders.TRACEPARENT)));
      exchange.getAttributes().put(ATTRIBUTE, passage);
    }
    return passage;
  }

  /**
   * Puts this tier's entry before those of the tiers behind, which came with the answer, and the
   * trace where the answer has none.
   */
  public void tell(HttpHeaders answer, String timingName, String node) {
    double millis = (System.nanoTime() - began) / 1e6;
    String own = ServerTiming.format(timingName, millis, node);
    @Nullable List<String> behind = answer.get(ServerTiming.HEADER);
    answer.set(
        ServerTiming.HEADER,
        behind == null || behind.isEmpty() ? own : own + ", " + String.join(", ", behind));
    if (!answer.containsHeader(TanadaHeaders.TRACEPARENT)) {
      answer.set(TanadaHeaders.TRACEPARENT, trace.traceparent());
    }
  }
}
