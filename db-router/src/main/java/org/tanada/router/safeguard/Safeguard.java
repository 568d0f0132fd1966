package org.tanada.router.safeguard;

/** What keeps the promises of the data tier, each where it is named in the code. */
public enum Safeguard {
  /** A write leaves something newer in the cache, before it commits and after. */
  TOMBSTONES,
  /** A reader puts into the cache only what is newer than what is there. */
  FILL_ONLY_NEWER,
  /** A cached row must be of a time that covers the reader's token. */
  ORIGINS,
  /** A replica must have applied what the reader's token names. */
  TOKEN_WAIT,
  /** A write sees that its copy of the shard takes writes, and waits while it does not. */
  FENCE,
  /** A replica with transactions that its primary lacks is not read. */
  ERRANT_CHECK,
  /** A repeated transaction gives its first answer. */
  IDEMPOTENCY
}
