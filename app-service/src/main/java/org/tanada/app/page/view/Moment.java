package org.tanada.app.page.view;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * A time as people say it, with the exact one beside.
 *
 * @param exact RFC 3339 in UTC, to the second
 * @param said for example {@code 3 days ago}
 * @param full for example {@code 23 November 2026, 14:05 UTC}
 */
public record Moment(String exact, String said, String full) {
  private static final DateTimeFormatter FULL =
      DateTimeFormatter.ofPattern("d MMMM uuuu, HH:mm 'UTC'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM uuuu", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  /** The time as it is said now. */
  public static Moment of(Instant time, Instant now) {
    return new Moment(
        time.truncatedTo(ChronoUnit.SECONDS).toString(), say(time, now), FULL.format(time));
  }

  private static String say(Instant time, Instant now) {
    Duration past = Duration.between(time, now);
    boolean future = past.isNegative();
    Duration distance = past.abs();
    if (distance.compareTo(Duration.ofSeconds(45)) < 0) {
      return "just now";
    }
    if (distance.compareTo(Duration.ofDays(31)) >= 0) {
      return DAY.format(time);
    }
    String said;
    if (distance.compareTo(Duration.ofMinutes(60)) < 0) {
      said = count(Math.max(1, distance.toMinutes()), "minute");
    } else if (distance.compareTo(Duration.ofHours(24)) < 0) {
      said = count(distance.toHours(), "hour");
    } else {
      said = count(distance.toDays(), "day");
    }
    return future ? "in " + said : said + " ago";
  }

  private static String count(long number, String unit) {
    return number + " " + unit + (number == 1 ? "" : "s");
  }
}
