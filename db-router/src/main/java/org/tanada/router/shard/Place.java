package org.tanada.router.shard;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One copy of a virtual shard.
 *
 * @param shard its number
 * @param cluster the cluster that holds this copy
 * @param state one of the constants here; empty before it is born
 * @param epoch grows with each change of place; {@link #BARE} if not even its tables are there
 */
public record Place(int shard, int cluster, String state, long epoch) {
  /** The one state in which a copy takes writes. */
  public static final String ACTIVE = "active";

  /** It serves reads, and writes wait: for a moment, at the end of a move. */
  public static final String FENCED = "fenced";

  /** It is an old copy, which serves nothing. */
  public static final String MOVED = "moved";

  /** It is being filled, and serves nothing yet. */
  public static final String INCOMING = "incoming";

  /** Epoch of a schema without tables. */
  static final long BARE = -1;

  private static final Pattern SCHEMA = Pattern.compile("tanada_(\\d{2,4})");

  /** Whether this copy is the one that serves. */
  public boolean active() {
    return state.equals(ACTIVE);
  }

  /** Whether reads may be of this copy. */
  public boolean serves() {
    return active() || state.equals(FENCED);
  }

  /** Whether it is where the shard went when it left the other one. */
  boolean succeeds(Place other) {
    return shard == other.shard && active() && epoch > other.epoch;
  }

  /** The schema's name. */
  public String schema() {
    return schema(shard);
  }

  /** The schema that a virtual shard lives in: {@code tanada_07}. */
  public static String schema(int shard) {
    return shard < 10 ? "tanada_0" + shard : "tanada_" + shard;
  }

  /** The virtual shard that lives in a schema, if it is one of ours. */
  public static Optional<Integer> shard(String schema) {
    Matcher matcher = SCHEMA.matcher(schema);
    return matcher.matches()
        ? Optional.of(Integer.parseInt(matcher.group(1))).filter(n -> schema(n).equals(schema))
        : Optional.empty();
  }
}
