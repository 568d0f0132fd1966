package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowsContract;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rows and claims as databases have them, past the routers: of what was restored, which has none.
 * Values are those of the rows contract.
 */
final class SqlRows {
  /** Reading a large shard on a small board takes its time. */
  private static final int SECONDS = 3600;

  /** What every table has; the contract's rows have these apart from their values. */
  private static final List<String> STANDARD =
      List.of("id", "user_id", "version", "created_at", "updated_at");

  private static final Set<String> INTEGERS =
      Set.of("bigint", "int", "mediumint", "smallint", "tinyint");

  private static final Set<String> FRACTIONS = Set.of("double", "float");

  /** A moved or half-filled copy serves nothing. */
  private static final Set<String> SERVING = Set.of("active", "fenced");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Map<Integer, Access> shards;
  private final Map<String, List<Column>> tables = new TreeMap<>();

  private record Column(String name, String sql, boolean truth) {}

  /** Learns what the databases of all clusters have. */
  SqlRows(List<Access> databases) throws IOException {
    shards = new TreeMap<>();
    for (Access database : databases) {
      learnShards(database);
      learnTables(database);
    }
    tables
        .values()
        .removeIf(columns -> !columns.stream().map(Column::name).toList().containsAll(STANDARD));
  }

  private void learnShards(Access database) throws IOException {
    Sql sql = new Sql(database, SECONDS);
    StringBuilder script = new StringBuilder();
    for (String schema :
        sql.run(
            "SELECT table_schema FROM information_schema.tables WHERE table_name = 'shard_state'"
                + " AND table_schema REGEXP '^tanada_[0-9]+$'")) {
      script.append("SELECT '%1$s', state FROM %1$s.shard_state;%n".formatted(schema));
    }
    if (script.isEmpty()) {
      return;
    }
    for (String line : sql.run(script.toString())) {
      String[] found = line.split("\t", -1);
      if (SERVING.contains(found[1])) {
        shards.put(Integer.parseInt(found[0].substring("tanada_".length())), database);
      }
    }
  }

  private void learnTables(Access database) throws IOException {
    for (String line :
        new Sql(database, SECONDS)
            .run(
                "SELECT table_name, column_name, MIN(data_type), MIN(column_type) FROM"
                    + " information_schema.columns WHERE table_schema REGEXP '^tanada_[0-9]+$'"
                    + " GROUP BY table_name, column_name ORDER BY table_name,"
                    + " MIN(ordinal_position)")) {
      String[] found = line.split("\t", -1);
      String quoted = "`" + found[1] + "`";
      boolean number = INTEGERS.contains(found[2]) || FRACTIONS.contains(found[2]);
      Column column =
          new Column(
              found[1],
              number ? quoted : "CONCAT(" + quoted + ", '')", // JSON in a column stays text
              found[3].startsWith("tinyint(1)"));
      List<Column> columns = tables.computeIfAbsent(found[0], _ -> new ArrayList<>());
      if (columns.stream().noneMatch(known -> known.name().equals(column.name()))) {
        columns.add(column);
      }
    }
  }

  /** Tables of rows, each with the names of the columns that are values. */
  Map<String, Set<String>> tables() {
    Map<String, Set<String>> names = new TreeMap<>();
    tables.forEach((table, columns) -> {
      Set<String> values = new TreeSet<>();
      columns.forEach(column -> values.add(column.name()));
      STANDARD.forEach(values::remove);
      names.put(table, values);
    });
    return names;
  }

  /** Whether a serving copy of the virtual shard is here. */
  boolean has(int shard) {
    return shards.containsKey(shard);
  }

  /** An owner's rows in the given tables. */
  List<Row> ofOwner(long owner, Set<String> wanted) throws IOException {
    return rows(TanadaId.shard(owner), wanted, "user_id = " + owner);
  }

  /** A row by its id. */
  Optional<Row> find(String table, long id) throws IOException {
    return rows(TanadaId.shard(id), Set.of(table), "id = " + id).stream().findFirst();
  }

  /** Everybody who owns rows of the given tables in a virtual shard. */
  Set<Long> owners(int shard, Set<String> wanted) throws IOException {
    StringBuilder script = new StringBuilder();
    for (String table : known(wanted)) {
      script.append("SELECT DISTINCT user_id FROM %s;%n".formatted(place(shard, table)));
    }
    Set<Long> owners = new TreeSet<>();
    run(shard, script).forEach(line -> owners.add(Long.parseLong(line)));
    return owners;
  }

  private List<String> known(Set<String> wanted) {
    return tables.keySet().stream().filter(wanted::contains).toList();
  }

  private List<Row> rows(int shard, Set<String> wanted, String where) throws IOException {
    StringBuilder script = new StringBuilder("SET NAMES utf8mb4;\n");
    for (String table : known(wanted)) {
      StringBuilder pairs = new StringBuilder();
      for (Column column : tables.getOrDefault(table, List.of())) {
        pairs.append(pairs.isEmpty() ? "" : ", ");
        pairs.append("'").append(column.name()).append("', ").append(column.sql());
      }
      // hexadecimal: the client would write line breaks and tabs in its own way
      script.append(
          "SELECT '%s', HEX(CONVERT(JSON_OBJECT(%s) USING utf8mb4)) FROM %s WHERE %s;%n"
              .formatted(table, pairs, place(shard, table), where));
    }
    List<Row> rows = new ArrayList<>();
    for (String line : run(shard, script)) {
      String[] found = line.split("\t", -1);
      rows.add(row(found[0], JSON.readTree(text(found[1]))));
    }
    return rows;
  }

  private Row row(String table, JsonNode json) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Column column : tables.getOrDefault(table, List.of())) {
      if (!STANDARD.contains(column.name())) {
        values.put(column.name(), value(json.path(column.name()), column.truth()));
      }
    }
    return new Row(
        table,
        json.path("id").asLong(),
        json.path("user_id").asLong(),
        json.path("version").asLong(),
        json.path("created_at").asLong(),
        json.path("updated_at").asLong(),
        values);
  }

  private static @Nullable Object value(JsonNode json, boolean truth) {
    if (json.isNull() || json.isMissingNode()) {
      return null;
    }
    if (truth) {
      return json.asLong() != 0;
    }
    if (json.isString()) {
      return json.asString();
    }
    return json.isIntegralNumber() ? (Object) json.asLong() : (Object) json.asDouble();
  }

  private static String text(String hex) {
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  /** The names that rows of a virtual shard hold, wherever the claims lie; by the row's id. */
  Map<Long, List<RowsContract.Claim>> claims(int shard) throws IOException {
    Map<Long, List<RowsContract.Claim>> claims = new TreeMap<>();
    for (int place : shards.keySet()) {
      StringBuilder script =
          new StringBuilder(
              "SET NAMES utf8mb4; SELECT kind, HEX(name), table_name, row_id FROM %s WHERE (row_id >> 12) & 1023 = %d;"
                  .formatted(place(place, "claims"), shard));
      for (String line : run(place, script)) {
        String[] found = line.split("\t", -1);
        long id = Long.parseLong(found[3]);
        claims
            .computeIfAbsent(id, _ -> new ArrayList<>())
            .add(new RowsContract.Claim(found[0], text(found[1]), found[2], id));
      }
    }
    return claims;
  }

  /** The user with a name or an address. */
  Optional<Long> named(String name) throws IOException {
    String hex =
        HexFormat.of().formatHex(name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
    for (int place : shards.keySet()) {
      StringBuilder script =
          new StringBuilder(
              "SET NAMES utf8mb4; SELECT row_id FROM %s WHERE kind IN ('username', 'email') AND name = CONVERT(X'%s' USING utf8mb4);"
                  .formatted(place(place, "claims"), hex));
      Optional<Long> found = run(place, script).stream().findFirst().map(Long::parseLong);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private List<String> run(int shard, StringBuilder script) throws IOException {
    Access database = shards.get(shard);
    if (database == null) {
      throw new OperatorException("there is no shard " + shard + " there");
    }
    return new Sql(database, SECONDS).run(script.toString());
  }

  private static String place(int shard, String table) {
    return "tanada_%02d.`%s`".formatted(shard, table);
  }
}
