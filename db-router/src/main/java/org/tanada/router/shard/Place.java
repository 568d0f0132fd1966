package org.tanada.router.shard;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One copy of a virtual shard.
 *
 * @param shard its number
 * @param cluster the cluster that holds this copy
 * @param state {@code active}, {@code moving}, {@code retired}; empty before it is born
 * @param epoch grows with each change of place
 */
public record Place(int shard, int cluster, String state, long epoch) {
  /** The one state in which a copy takes writes. */
  public static final String ACTIVE = "active";

  private static final Pattern SCHEMA = Pattern.compile("tanada_(\\d{2,4})");

  /** Whether this copy is the one that serves. */
  public boolean active() {
    return state.equals(ACTIVE);
  }

  /** The schema's name. */
  public String schema() {
    return schema(shard);
  }

  /** The schema that a virtual shard lives in: {@code tanada_07}. */
  public static String schema(int shard) {
    return String.format(Locale.ROOT, "tanada_%02d", shard);
  }

  /** The virtual shard that lives in a schema, if it is one of ours. */
  static Optional<Integer> shard(String schema) {
    Matcher matcher = SCHEMA.matcher(schema);
    return matcher.matches()
        ? Optional.of(Integer.parseInt(matcher.group(1))).filter(n -> schema(n).equals(schema))
        : Optional.empty();
  }
}
