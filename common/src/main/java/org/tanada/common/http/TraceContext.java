package org.tanada.common.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The W3C trace context of the request that this thread serves: continued from {@code traceparent}
 * or begun anew. The ids stand in the logging context as {@code trace_id} and {@code span_id}, from
 * where {@link #outgoing()} takes them.
 *
 * @param traceId 32 hexadecimal digits, the same in every tier
 * @param spanId 16 hexadecimal digits, this server's own
 * @param flags two hexadecimal digits, passed on unchanged
 */
public record TraceContext(String traceId, String spanId, String flags) {
  private static final String NO_TRACE = "0".repeat(32);
  private static final String NO_SPAN = "0".repeat(16);
  private static final Pattern TRACEPARENT =
      Pattern.compile("00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})");

  /**
   * The context for a request that came with this header; a malformed or absent one begins a new
   * trace (W3C 3.2).
   */
  public static TraceContext continueFrom(@Nullable String traceparent) {
    if (traceparent != null) {
      Matcher matcher = TRACEPARENT.matcher(traceparent);
      if (matcher.matches()
          && !NO_TRACE.equals(matcher.group(1))
          && !NO_SPAN.equals(matcher.group(2))) {
        return new TraceContext(matcher.group(1), hex(8), matcher.group(3));
      }
    }
    return new TraceContext(hex(16), hex(8), "01");
  }

  /** The header for calls made on behalf of this context. */
  public String traceparent() {
    return "00-" + traceId + "-" + spanId + "-" + flags;
  }

  /** Puts the ids into the logging context of this thread. */
  public void bind() {
    MDC.put("trace_id", traceId);
    MDC.put("span_id", spanId);
  }

  /** Takes the ids out of the logging context of this thread. */
  public static void unbind() {
    MDC.remove("trace_id");
    MDC.remove("span_id");
  }

  /** The header for a call from this thread: of the request that it serves, else of a new trace. */
  public static String outgoing() {
    String trace = MDC.get("trace_id");
    String span = MDC.get("span_id");
    return trace == null || span == null
        ? continueFrom(null).traceparent()
        : new TraceContext(trace, span, "01").traceparent();
  }

  /** Ids must differ, and are no secrets. */
  private static String hex(int bytes) {
    byte[] random = new byte[bytes];
    ThreadLocalRandom.current().nextBytes(random);
    random[0] |= 1; // all zeros is not a valid id
    return HexFormat.of().formatHex(random);
  }
}
