package org.tanada.cdn.cache;

import org.jspecify.annotations.Nullable;

/** What the cache says to a request. */
public sealed interface Decision {
  /** There is a fresh response. */
  record Fresh(StoredResponse response) implements Decision {}

  /**
   * There is a stale one that may be used at once.
   *
   * @param refresh to be led by the asker in the background, or null if somebody does that already
   */
  record Stale(StoredResponse response, @Nullable Fill refresh) implements Decision {}

  /** Somebody is asking the origin already. */
  record Join(Fill fill) implements Decision {}

  /** The asker has to ask the origin, for itself and for all who join. */
  record Lead(Fill fill, Reason reason) implements Decision {}

  /** Why the origin is asked; {@code fwd} of Cache-Status (RFC 9211, 2.2). */
  enum Reason {
    /** Nothing is stored under this address. */
    URI_MISS("uri-miss"),
    /** What is stored was selected by other request fields. */
    VARY_MISS("vary-miss"),
    /** What is stored is stale. */
    STALE("stale");

    private final String token;

    Reason(String token) {
      this.token = token;
    }

    /** The token in the header. */
    public String token() {
      return token;
    }
  }
}
