package org.tanada.router.move;

/** A move cannot go on; the message says why, and what to do. */
final class MoveException extends RuntimeException {
  private final boolean spoilt;

  /** It may be resumed. */
  MoveException(String message) {
    this(message, false);
  }

  private MoveException(String message, boolean spoilt) {
    super(message);
    this.spoilt = spoilt;
  }

  /** What was copied is of no use: the next start begins anew. */
  static MoveException spoilt(String message) {
    return new MoveException(message, true);
  }

  boolean isSpoilt() {
    return spoilt;
  }
}
