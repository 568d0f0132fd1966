package org.tanada.router.move;

import java.util.List;

/** Where a test can look at a move, hold it up, end it or falsify it. Nothing else uses it. */
public interface MoveProbe {
  /** Does nothing. */
  MoveProbe NONE = new MoveProbe() {};

  /** What a move has just done. */
  enum Step {
    CHUNK_COPIED,
    SNAPSHOTS_OPEN,
    VERIFIED,
    FENCED,
    MOVED,
    ACTIVE
  }

  /**
   * A step is done.
   *
   * @throws CrashException to end the mover there, without any cleaning up
   */
  default void reached(int shard, Step step) {}

  /** The keys of changed rows that are applied: all of them, unless a test loses some. */
  default List<RowId> applying(List<RowId> changed) {
    return changed;
  }

  /** Ends a mover as a crash of its process would. */
  final class CrashException extends RuntimeException {}
}
