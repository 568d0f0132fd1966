package org.tanada.router.query;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import org.tanada.router.shard.Place;

/**
 * Makes a read see, in its very statement and so on the same server and in the same snapshot, that
 * the copy serves the shards: the first column of the result names a shard that is served, or is
 * null in a row of data. So an old copy, or one that a replica has not filled yet, cannot be taken
 * for a shard without the rows.
 */
final class ServingShards {
  private final Set<Integer> missing;

  ServingShards(Collection<Integer> shards) {
    missing = new HashSet<>(shards);
  }

  /**
   * The part of a UNION that names the shard, if it is served.
   *
   * @param columns how many there are beside the first
   * @param primary whether the server must take writes to serve it
   */
  static String mark(int shard, int columns, boolean primary) {
    return "SELECT "
        + shard
        + " AS serving"
        + ", NULL".repeat(columns)
        + " FROM "
        + Place.schema(shard)
        + ".shard_state WHERE id = 1 AND state IN ('"
        + Place.ACTIVE
        + "', '"
        + Place.FENCED
        + "')"
        + (primary ? " AND @@global.read_only = 0" : "");
  }

  /**
   * A SELECT of the rows with these ids: each with the shard's number, and that alone if there are
   * none; nothing if the shard is not served.
   */
  static String rows(int shard, TableDefinition table, String ids, boolean primary) {
    String schema = Place.schema(shard);
    return "SELECT "
        + shard
        + ", "
        + table.joined()
        + " FROM "
        + schema
        + ".shard_state s LEFT JOIN "
        + schema
        + "."
        + table.name()
        + " r ON r.id IN ("
        + ids
        + ") WHERE s.id = 1 AND s.state IN ('"
        + Place.ACTIVE
        + "', '"
        + Place.FENCED
        + "')"
        + (primary ? " AND @@global.read_only = 0" : "");
  }

  /** Whether the result of {@link #rows} stands on a row of data. */
  boolean hasRow(ResultSet result) throws SQLException {
    missing.remove(result.getInt(1));
    result.getLong(2);
    return !result.wasNull();
  }

  /** Whether the result stands on a row of data; a mark is noted. */
  boolean isData(ResultSet result) throws SQLException {
    int shard = result.getInt(1);
    if (result.wasNull()) {
      return true;
    }
    missing.remove(shard);
    return false;
  }

  /**
   * All rows were read.
   *
   * @throws CopyReader.NotServedException if the copy does not serve all shards
   */
  void check() {
    if (!missing.isEmpty()) {
      throw new CopyReader.NotServedException(missing.iterator().next(), null);
    }
  }
}
