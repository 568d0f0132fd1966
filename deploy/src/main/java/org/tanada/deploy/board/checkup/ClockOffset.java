package org.tanada.deploy.board.checkup;

import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * By how much a board's clock is ahead of ours; negative where it is behind. The truth lies between
 * both: the board read its clock after we had called and before we had the answer.
 */
record ClockOffset(Duration least, Duration most) {
  /**
   * What follows from a call.
   *
   * @param calledMicros our clock before
   * @param beginMicros the board's clock, first reading
   * @param endMicros the board's clock, last reading
   * @param answeredMicros our clock after
   */
  static ClockOffset of(long calledMicros, long beginMicros, long endMicros, long answeredMicros) {
    return new ClockOffset(
        Duration.of(endMicros - answeredMicros, ChronoUnit.MICROS),
        Duration.of(beginMicros - calledMicros, ChronoUnit.MICROS));
  }

  /** It is wrong by at least so much; zero if it may be right. */
  Duration certain() {
    if (least.isPositive()) {
      return least;
    }
    return most.isNegative() ? most : Duration.ZERO;
  }
}
