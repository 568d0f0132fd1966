package org.tanada.app.page.view;

import java.time.Duration;
import java.util.Locale;

/**
 * How long something plays.
 *
 * @param said as on a player, for example {@code 1:02:03}
 * @param exact for machines, for example {@code PT1H2M3S}
 */
public record Length(String said, String exact) {
  /** Rounded to seconds, of which there is at least one. */
  public static Length of(long millis) {
    Duration time = Duration.ofSeconds(Math.max(1, Math.round(millis / 1000.0)));
    String said =
        time.toHours() > 0
            ? String.format(
                Locale.ROOT,
                "%d:%02d:%02d",
                time.toHours(),
                time.toMinutesPart(),
                time.toSecondsPart())
            : String.format(Locale.ROOT, "%d:%02d", time.toMinutes(), time.toSecondsPart());
    return new Length(said, time.toString());
  }
}
