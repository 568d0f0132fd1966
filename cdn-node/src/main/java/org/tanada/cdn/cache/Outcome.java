package org.tanada.cdn.cache;

import org.jspecify.annotations.Nullable;

/** What came of asking the origin, known when the head of its answer is there. */
public sealed interface Outcome {
  /** The answer may be kept: everybody who waits reads it as it arrives. */
  record Streaming(StoredResponse.Head head) implements Outcome {}

  /** The origin confirmed what was in the cache (304). */
  record Confirmed(StoredResponse response) implements Outcome {}

  /**
   * The origin failed, but there is an answer that may be used stale.
   *
   * @param detail why, a token for {@code Cache-Status}
   */
  record StaleOnError(StoredResponse response, String detail) implements Outcome {}

  /** The answer is for the one who asked alone: everybody else asks for themselves. */
  record Personal() implements Outcome {}

  /**
   * No node of the origin answered.
   *
   * @param timeout whether it was too slow, rather than not there
   * @param overloaded whether we did not even ask, for too many requests are open
   * @param detail for a person
   */
  record Failed(boolean timeout, boolean overloaded, @Nullable String detail) implements Outcome {}
}
