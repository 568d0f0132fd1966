package org.tanada.common.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTests {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  @Test
  void traceGoesOnUnderANewSpan() {
    TraceContext context = TraceContext.continueFrom("00-" + TRACE + "-b7ad6b7169203331-01");

    assertThat(context.traceId()).isEqualTo(TRACE);
    assertThat(context.spanId()).matches("[0-9a-f]{16}").isNotEqualTo("b7ad6b7169203331");
    assertThat(context.traceparent()).isEqualTo("00-" + TRACE + "-" + context.spanId() + "-01");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00-" + TRACE,
        "01-" + TRACE + "-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-" + TRACE + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
        "00-" + TRACE + "-b7ad6b7169203331-01\r\nx: y"
      })
  void malformedHeaderBeginsANewTrace(String header) {
    assertThat(TraceContext.continueFrom(header).traceId()).isNotEqualTo(TRACE);
  }

  @Test
  void callsCarryTheTraceOfTheRequest() {
    TraceContext context = TraceContext.continueFrom(null);
    context.bind();
    try {
      assertThat(TraceContext.outgoing()).isEqualTo(context.traceparent());
    } finally {
      TraceContext.unbind();
    }
    assertThat(TraceContext.outgoing()).doesNotContain(context.traceId());
  }
}
