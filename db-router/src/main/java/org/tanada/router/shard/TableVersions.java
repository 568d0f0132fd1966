package org.tanada.router.shard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.flywaydb.core.api.MigrationVersion;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Which tables copies of shards have, by their migration histories, and whether this router can
 * serve them: if they have all migrations that it knows, and of those that it does not know only
 * such as expand the tables. The name says so: {@code V15__expand_…} is one that routers of the
 * version before can live with; after any other they stop serving.
 */
final class TableVersions {
  private static final Pattern SCRIPT = Pattern.compile("V([0-9._]+)__(.*)\\.sql");
  private static final String EXPANDING = "expand_";

  private final Map<MigrationVersion, String> known = new TreeMap<>();

  /**
   * The versions that a router knows.
   *
   * @param locations where its migrations are: {@code classpath:FOLDER}
   */
  TableVersions(List<String> locations) {
    PathMatchingResourcePatternResolver resolver = new PathMatchingResourcePatternResolver();
    try {
      for (String location : locations) {
        for (Resource script : resolver.getResources(location + "/V*.sql")) {
          Matcher name = SCRIPT.matcher(String.valueOf(script.getFilename()));
          if (name.matches()) {
            known.put(MigrationVersion.fromVersion(name.group(1)), name.group(2));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The tables of each shard that a server has. */
  Map<Integer, Tables> of(Connection connection) throws SQLException {
    Map<Integer, Map<MigrationVersion, String>> histories = new HashMap<>();
    try (Statement statement = connection.createStatement()) {
      StringJoiner all = new StringJoiner(" UNION ALL ");
      for (int shard : migrated(statement)) {
        histories.put(shard, new TreeMap<>());
        all.add(
            "SELECT %d, version, script FROM %s.%s WHERE success = 1 AND type = 'SQL'"
                .formatted(shard, Place.schema(shard), Migrations.HISTORY));
      }
      if (!histories.isEmpty()) {
        try (ResultSet found = statement.executeQuery(all.toString())) {
          while (found.next()) {
            Matcher name = SCRIPT.matcher(found.getString(3));
            histories
                .computeIfAbsent(found.getInt(1), shard -> new TreeMap<>())
                .put(
                    MigrationVersion.fromVersion(found.getString(2)),
                    name.matches() ? name.group(2) : "");
          }
        }
      }
    }
    Map<Integer, Tables> tables = new HashMap<>();
    histories.forEach((shard, history) -> tables.put(shard, judge(history)));
    return tables;
  }

  private static List<Integer> migrated(Statement statement) throws SQLException {
    List<Integer> shards = new ArrayList<>();
    try (ResultSet found =
        statement.executeQuery(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
                + Migrations.HISTORY
                + "' AND table_schema LIKE 'tanada\\_%'")) {
      while (found.next()) {
        Place.shard(found.getString(1)).ifPresent(shards::add);
      }
    }
    return shards;
  }

  private Tables judge(Map<MigrationVersion, String> history) {
    String version =
        history.keySet().stream().max(MigrationVersion::compareTo).map(Object::toString).orElse("");
    for (MigrationVersion needed : known.keySet()) {
      if (!history.containsKey(needed)) {
        return new Tables(
            version,
            "has tables of version %s without migration %s, which this router needs: one migrates them when it starts"
                .formatted(version.isEmpty() ? "0" : version, needed));
      }
    }
    for (Map.Entry<MigrationVersion, String> done : history.entrySet()) {
      if (!known.containsKey(done.getKey()) && !done.getValue().startsWith(EXPANDING)) {
        return new Tables(
            version,
            "has tables of version %s, and this router knows nothing after version %s: upgrade it"
                .formatted(
                    version,
                    known.keySet().stream().max(MigrationVersion::compareTo).orElseThrow()));
      }
    }
    return new Tables(version, null);
  }

  /**
   * The tables of a copy.
   *
   * @param version of the last migration; empty if there was none
   * @param refusal why this router does not serve them; null if it does
   */
  record Tables(String version, @Nullable String refusal) {
    /** Of a copy whose history nobody has read yet. */
    static final Tables UNREAD = new Tables("", null);
  }
}
