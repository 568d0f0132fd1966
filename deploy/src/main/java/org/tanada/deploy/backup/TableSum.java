package org.tanada.deploy.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.Sql;

/**
 * How many rows a table has, and what they come to, in whichever order they are read.
 *
 * @param rows their number
 * @param xor of the checksums of all rows
 * @param sum of the same
 */
record TableSum(long rows, long xor, String sum) {
  /** Begins a snapshot of a server that nobody else writes to. */
  static final String ALONE = "START TRANSACTION WITH CONSISTENT SNAPSHOT;\n";

  /** Counting a large cluster on a small board takes its time. */
  private static final int SECONDS = 4 * 3600;

  private static final String TABLES =
      """
      SET SESSION group_concat_max_len = 1000000;
      SELECT c.table_schema, c.table_name,
        GROUP_CONCAT('COALESCE(HEX(`', c.column_name, '`),\\'-\\')' ORDER BY c.ordinal_position)
      FROM information_schema.columns c JOIN information_schema.tables t
        ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      WHERE t.table_type = 'BASE TABLE' AND t.table_schema REGEXP '^tanada_[0-9]+$'
      GROUP BY c.table_schema, c.table_name ORDER BY 1, 2;
      """;

  /**
   * All tables of all shards of a server.
   *
   * @param position the GTIDs at which they were counted; empty for a server without a log
   * @param tables by schema and name
   */
  record All(String position, Map<String, TableSum> tables) {}

  /**
   * Counts all tables in one snapshot.
   *
   * @param snapshot statements that begin it and answer its position, see {@link Dialect#snapshot}
   */
  static All of(Access access, String snapshot) throws IOException {
    Sql sql = new Sql(access, SECONDS);
    List<String> names = new ArrayList<>();
    StringBuilder script = new StringBuilder(snapshot);
    for (String line : sql.run(TABLES)) {
      String[] table = line.split("\t", -1);
      names.add(table[0] + "." + table[1]);
      script.append(
          "SELECT COUNT(*), COALESCE(BIT_XOR(CRC32(CONCAT_WS('#',%s))),0), COALESCE(SUM(CRC32(CONCAT_WS('#',%s))),0) FROM `%s`.`%s`;%n"
              .formatted(table[2], table[2], table[0], table[1]));
    }
    List<String> answers = new Sql(access, SECONDS).run(script.append("COMMIT;").toString());
    Map<String, TableSum> tables = new TreeMap<>();
    int first = answers.size() - names.size(); // an empty position may be no line at all
    for (int i = 0; i < names.size(); i++) {
      String[] sums = answers.get(first + i).split("\t", -1);
      tables.put(
          names.get(i), new TableSum(Long.parseLong(sums[0]), Long.parseLong(sums[1]), sums[2]));
    }
    return new All(first == 0 ? "" : answers.getFirst().strip(), tables);
  }

  /** The first table that differs, and how; empty if none does. */
  static String difference(Map<String, TableSum> recorded, Map<String, TableSum> found) {
    TreeMap<String, TableSum> all = new TreeMap<>(recorded);
    found.forEach(all::putIfAbsent);
    for (String table : all.keySet()) {
      TableSum then = recorded.get(table);
      TableSum now = found.get(table);
      if (then == null || !then.equals(now)) {
        return "%s has %s, recorded were %s".formatted(table, words(now), words(then));
      }
    }
    return "";
  }

  private static String words(@org.jspecify.annotations.Nullable TableSum sum) {
    return sum == null ? "no rows and is not there" : sum.rows + " rows of sum " + sum.sum;
  }
}
