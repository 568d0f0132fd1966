package org.tanada.auth.factor;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code second_factors}; its id is the user's.
 *
 * @param secretEncrypted of the app, with a key of the auth servers, Base64
 * @param lastStep step of the last code that was used: it and those before are worth nothing
 * @param failures wrong codes since then
 * @param failedAt when the last of them came; null if there was none
 * @param recoveryHashes digests of the recovery codes that are left, comma-separated
 */
record FactorRow(
    String secretEncrypted,
    long lastStep,
    long failures,
    @Nullable Instant failedAt,
    String recoveryHashes) {
  static final Table<FactorRow> TABLE = new Table<>("second_factors", FactorRow.class);

  /** Wrong codes without a wait. */
  private static final int FREE = 5;

  private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(15);
  private static final int MAX_DOUBLINGS = 10;

  /**
   * How long until the next code of the app is looked at: twice as long after each wrong one, up to
   * a quarter of an hour, so that a guesser has three in a million a time, a hundred times a day.
   */
  Duration pause(Instant now) {
    if (failedAt == null || failures < FREE) {
      return Duration.ZERO;
    }
    Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(failures - FREE, MAX_DOUBLINGS));
    Instant end = failedAt.plus(wait.compareTo(LONGEST_WAIT) < 0 ? wait : LONGEST_WAIT);
    return now.isBefore(end) ? Duration.between(now, end) : Duration.ZERO;
  }

  @Override
  public String toString() {
    return "FactorRow[…]";
  }
}
