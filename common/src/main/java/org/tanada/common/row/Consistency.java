package org.tanada.common.row;

import org.jspecify.annotations.Nullable;

/**
 * How fresh a read must be.
 *
 * @param mode see {@link Mode}
 * @param token opaque; what the reader has seen, as the router gave it with an earlier answer; only
 *     for {@link Mode#TOKEN}
 */
public record Consistency(Mode mode, @Nullable String token) {
  /** Any replica will do. */
  public static final Consistency ANY = new Consistency(Mode.ANY, null);

  /** Only the primary will do. */
  public static final Consistency PRIMARY = new Consistency(Mode.PRIMARY, null);

  /** At least what the token names; any replica if there is no token. */
  public static Consistency of(@Nullable String token) {
    return token == null || token.isEmpty() ? ANY : new Consistency(Mode.TOKEN, token);
  }

  /** The three degrees of freshness. */
  public enum Mode {
    /** Any copy: cache, replica or primary. */
    ANY,
    /** A copy that has applied what the token names. */
    TOKEN,
    /** The primary, past all caches. */
    PRIMARY
  }
}
