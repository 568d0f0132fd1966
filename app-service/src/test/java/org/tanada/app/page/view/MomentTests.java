package org.tanada.app.page.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MomentTests {
  private static final Instant NOW = Instant.parse("2026-11-23T14:05:00.123456Z");

  @ParameterizedTest
  @CsvSource({
    "PT10S,just now",
    "PT50S,1 minute ago",
    "PT59M59S,59 minutes ago",
    "PT1H,1 hour ago",
    "PT23H59M,23 hours ago",
    "P1D,1 day ago",
    "P30D,30 days ago",
    "P31D,23 Oct 2026",
    "-PT2H,in 2 hours",
  })
  void timeIsSaidAsPeopleSayIt(Duration past, String said) {
    assertThat(Moment.of(NOW.minus(past), NOW).said()).isEqualTo(said);
  }

  @Test
  void exactTimeStandsBeside() {
    Moment moment = Moment.of(NOW, NOW);

    assertThat(moment.exact()).isEqualTo("2026-11-23T14:05:00Z");
    assertThat(moment.full()).isEqualTo("23 November 2026, 14:05 UTC");
  }
}
