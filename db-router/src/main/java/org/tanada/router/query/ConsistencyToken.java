package org.tanada.router.query;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.topology.Dialect;

/**
 * What a client has seen: for each cluster that it wrote to, the position of its last write there.
 * As text {@code 1.TIME.SHARD.CLUSTER=POSITION.…}, of characters that a cookie may hold; numbers in
 * base 36.
 *
 * @param writtenAt milliseconds since the Unix epoch of the last write
 * @param shard virtual shard of the last write
 * @param positions cluster to position
 */
public record ConsistencyToken(long writtenAt, int shard, Map<Integer, String> positions) {
  private static final int MAX_LENGTH = 2048;
  private static final int MAX_CLUSTERS = 24;
  private static final Pattern POSITION = Pattern.compile("[0-9a-fA-F:-]{1,64}");

  public ConsistencyToken {
    positions = Map.copyOf(positions);
  }

  /**
   * Reads a token.
   *
   * @throws ProblemException malformed-request, if it is none
   */
  public static ConsistencyToken parse(String text) {
    String[] parts = text.length() > MAX_LENGTH ? new String[0] : text.split("\\.", -1);
    if (parts.length < 3 || parts.length > 3 + MAX_CLUSTERS || !parts[0].equals("1")) {
      throw malformed();
    }
    try {
      Map<Integer, String> positions = new TreeMap<>();
      for (int i = 3; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals < 1 || !POSITION.matcher(parts[i].substring(equals + 1)).matches()) {
          throw malformed();
        }
        positions.put(
            Integer.parseInt(parts[i].substring(0, equals), 36), parts[i].substring(equals + 1));
      }
      return new ConsistencyToken(
          Long.parseLong(parts[1], 36), Integer.parseInt(parts[2], 36), positions);
    } catch (NumberFormatException e) {
      throw malformed();
    }
  }

  /** This token's text. */
  public String text() {
    StringBuilder text = new StringBuilder("1.");
    text.append(Long.toString(writtenAt, 36)).append('.').append(Integer.toString(shard, 36));
    new TreeMap<>(positions)
        .forEach((cluster, position) ->
            text.append('.').append(Integer.toString(cluster, 36)).append('=').append(position));
    return text.toString();
  }

  /**
   * A token that knows of one more write.
   *
   * @param seen what the client has seen so far
   */
  public static ConsistencyToken after(
      @Nullable ConsistencyToken seen,
      int cluster,
      String position,
      Dialect dialect,
      int shard,
      long now) {
    Map<Integer, String> positions = new TreeMap<>();
    if (seen != null) {
      positions.putAll(seen.positions);
    }
    positions.merge(
        cluster,
        position,
        (old, latest) -> dialect.isPosition(old) ? dialect.later(old, latest) : latest);
    if (positions.size() > MAX_CLUSTERS) {
      positions.keySet().stream()
          .filter(other -> other != cluster)
          .findFirst()
          .ifPresent(positions::remove);
    }
    return new ConsistencyToken(now, shard, positions);
  }

  /** The same with one more position, unless it has a later one of that cluster. */
  public ConsistencyToken alsoSeen(int cluster, String position) {
    Map<Integer, String> more = new TreeMap<>(positions);
    more.merge(
        cluster,
        position,
        (known, given) ->
            Dialect.ofPosition(given)
                .filter(dialect -> dialect.isPosition(known))
                .map(dialect -> dialect.later(given, known))
                .orElse(known));
    return more.size() > MAX_CLUSTERS ? this : new ConsistencyToken(writtenAt, shard, more);
  }

  private static ProblemException malformed() {
    return new ProblemException(
        ProblemCode.MALFORMED_REQUEST, "the consistency token is not one of ours");
  }
}
