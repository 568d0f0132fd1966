package org.tanada.app.preview;

import org.jspecify.annotations.Nullable;

/** What came of a look into a video. */
sealed interface Look {
  /**
   * Something was seen.
   *
   * @param durationMillis how long it plays; null if it does not say
   * @param frame a picture out of it as PNG; null if none could be drawn, as of sound alone
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on once, never compared
  record Seen(@Nullable Long durationMillis, byte @Nullable [] frame) implements Look {}

  /**
   * It is no video that can be read, and will not become one.
   *
   * @param why what the program says
   */
  record Unreadable(String why) implements Look {}

  /**
   * It took too long, or this server cannot look right now.
   *
   * @param why in a few words
   */
  record GaveUp(String why) implements Look {}
}
