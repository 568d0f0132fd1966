package org.tanada.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * No statement of the router scans a table. They are not written down here: the router does all
 * that it can do, the server's own log says which statements that were, and the server is asked how
 * it would run each of them on tables of some thousand rows.
 */
@Tag("servers")
final class QueryPlanTests {
  private static final int SHARDS = 2;

  /** Between statements that went to the server together. */
  private static final String TOGETHER = ";\\s*(?=(?:SELECT|UPDATE|DELETE|INSERT|COMMIT)\\b)";

  /** One row each, or a few: the optimiser rightly reads them as a whole. */
  private static final Set<String> SMALL =
      Set.of("shard_state", "shard_move", "flyway_schema_history");

  private static final String DIGITS =
      "(SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"
          + " UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8"
          + " UNION ALL SELECT 9)";

  /**
   * What a row has beside its key, owner, version and times: columns, and their values of row n.
   */
  private record Own(String columns, String values) {}

  private static final Map<String, Own> ROWS =
      Map.ofEntries(
          Map.entry(
              "users",
              new Own("email, username, display_name", "CONCAT(n, '@x.org'), CONCAT('u', n), 'n'")),
          Map.entry("credentials", new Own("password_hash", "'h'")),
          Map.entry("sessions", new Own("secret_hash, provider_session", "'h', CONCAT('p', n)")),
          Map.entry(
              "provider_links", new Own("provider, issuer, subject", "'p', 'i', CONCAT('s', n)")),
          Map.entry("used_values", new Own("digest, expires_at", "CONCAT('d', n), 1")),
          Map.entry("spent_budgets", new Own("earned_at", "1")),
          Map.entry("refresh_families", new Own("current_hash", "'h'")),
          Map.entry(
              "mails",
              new Own(
                  "state, kind, sealed, attempts, not_before, expires_at",
                  "IF(n % 10 = 0, 'waiting', 'kept'), 'k', 's', 0, 1, 1")),
          Map.entry(
              "mailed_links",
              new Own("purpose, secret_hash, email, expires_at", "'reset', 'h', 'e', 1")),
          Map.entry("known_networks", new Own("network, last_used_at", "CONCAT('n', n), 1")),
          Map.entry("videos", new Own("title, state", "'t', IF(n % 10 = 0, 'draft', 'published')")),
          Map.entry(
              "uploads",
              new Own(
                  "state, kind, length, received, pieces, metadata, head, expires_at, expires_day",
                  "IF(n % 10 = 0, 'open', 'done'), 'whole', 1, 1, 1, 'm', 'h', n, n")),
          Map.entry("upload_pieces", new Own("upload_id, position, length", "n, 0, 1")),
          Map.entry(
              "video_previews",
              new Own(
                  "state, content_id, attempts, not_before",
                  "IF(n % 10 = 0, 'DUE', 'DONE'), n, 0, 1")),
          Map.entry("unnamed_files", new Own("purpose", "'videos'")),
          Map.entry("orders", new Own("video_id, seller_id", "n, 1")),
          Map.entry("deletions", new Own("state, attempts, not_before", "'content', 0, 1")),
          Map.entry("sales", new Own("order_id, video_id, buyer_id", "n, n, 1")),
          Map.entry(
              "audit_entries",
              new Own(
                  "sequence, previous_hash, hash, happened_at, what, whom_id, who_id",
                  "n, 'p', 'h', n, IF(n % 10 = 0, 'role-given', 'sign-in'), n, n")));

  private static Servers.Database database;
  private static Router router;

  @BeforeAll
  static void start() throws Exception {
    Servers servers = Servers.get();
    database = servers.fresh("plans-1-a");
    router = new Router("plans-router", servers.inventory("mysql-1:\n" + database.line()), SHARDS);
    router.awaitReady();
    for (int shard = 0; shard < SHARDS; shard++) {
      fill("tanada_%02d.".formatted(shard), shard);
    }
    database.root(
        "CREATE DATABASE tanada_plans",
        "CREATE TABLE tanada_plans.log (statement LONGTEXT)",
        "SET GLOBAL log_output = 'TABLE'");
  }

  @AfterAll
  static void stop() {
    router.close();
    database.remove();
  }

  /** 4000 rows of 100 owners in each table. */
  private static void fill(String schema, int shard) {
    String numbers =
        " FROM (SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM "
            + DIGITS
            + " AS a, "
            + DIGITS
            + " AS b, "
            + DIGITS
            + " AS c, (SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) AS"
            + " e) AS numbers";
    String id = "(n << 22) + " + (shard << 12);
    String owner = "((1 + n % 100) << 22) + " + (shard << 12);
    String now = "CAST(UNIX_TIMESTAMP(NOW(6)) * 1000000 AS SIGNED)";
    List<String> statements = new ArrayList<>();
    ROWS.forEach((table, own) ->
        statements.add(
            "INSERT INTO %s%s (id, user_id, version, created_at, updated_at, %s) SELECT %s, %s, 1, 1, 1, %s%s"
                .formatted(schema, table, own.columns(), id, owner, own.values(), numbers)));
    statements.add(
        "INSERT INTO %sclaims (kind, digest, name, table_name, row_id, created_at) SELECT 'username', SHA2(n, 256), n, 'users', %s, %s%s"
            .formatted(schema, id, now, numbers));
    statements.add(
        "INSERT INTO %sidempotency (user_id, idempotency_key, fingerprint, created_at) SELECT %s, n, 'f', %s%s"
            .formatted(schema, owner, now, numbers));
    statements.add(
        "INSERT INTO %sapplied_effects (id, user_id, created_at) SELECT %s, %s, %s%s"
            .formatted(schema, id, owner, now, numbers));
    statements.add(
        "INSERT INTO %sbarred (id, table_name, created_at) SELECT %s, 'users', %s%s"
            .formatted(schema, id, now, numbers));
    statements.add( // parked, or they would be delivered
        "INSERT INTO %soutbox (id, user_id, target_user_id, writes, created_at, attempts, not_before, parked_at) SELECT %s, %s, %s, '[]', 1, 9, 0, 1%s"
            .formatted(schema, id, owner, owner, numbers));
    for (String table : tables()) {
      statements.add("ANALYZE TABLE " + schema + table);
    }
    database.run(statements.toArray(String[]::new));
  }

  private static Set<String> tables() {
    Set<String> tables =
        new TreeSet<>(Set.of("claims", "idempotency", "applied_effects", "barred", "outbox"));
    tables.addAll(ROWS.keySet());
    return tables;
  }

  @Test
  void everyStatementOfTheRouterUsesAnIndex() throws Exception {
    List<String> statements = statementsOf(QueryPlanTests::everything);

    assertThat(statements).hasSizeGreaterThan(40);
    for (String table : tables()) { // what does not happen here is not shown to be well
      assertThat(statements).as("statements on " + table).anyMatch(s -> s.contains("." + table));
    }
    assertThat(statements)
        .anyMatch(s -> s.contains("shard_state") && s.contains("videos") && s.contains("id IN"))
        .anyMatch(s -> s.contains("serving") && s.contains("user_id ="))
        .anyMatch(s -> s.contains("serving") && s.contains("WHERE TRUE"))
        .anyMatch(s -> s.contains("MIN(sequence)"))
        .anyMatch(s -> s.contains("LOCK IN SHARE MODE") && s.contains("idempotency"))
        .anyMatch(s -> s.startsWith("DELETE") && s.contains("applied_effects"));
    try (Connection connection = database.connect()) {
      Map<String, String> scans = new LinkedHashMap<>();
      for (String statement : statements) {
        String scan = scan(connection, statement);
        if (!scan.isEmpty()) {
          scans.put(statement, scan);
        }
      }
      assertThat(scans).isEmpty();
    }
  }

  @Test
  void aScanIsFound() throws Exception {
    try (Connection connection = database.connect()) {
      assertThat(scan(connection, "SELECT id FROM tanada_00.videos WHERE title = 't'"))
          .contains("videos");
      assertThat(
              scan(
                  connection,
                  "DELETE FROM tanada_00.outbox WHERE attempts = 8 ORDER BY error LIMIT 5"))
          .contains("outbox");
    }
  }

  /** All that callers can ask, on every table, and what the router does by itself. */
  private static void everything() {
    long owner = (7L << 22) + (1 << 12);
    for (Consistency consistency : List.of(Consistency.PRIMARY, Consistency.ANY)) {
      for (String table : ROWS.keySet()) {
        read(table, consistency, owner);
        read(table, consistency, owner, owner + (1L << 22), (9L << 22));
        for (Long before : new Long[] {null, 3000L << 22}) {
          list(table, owner, Map.of(), before, consistency);
          list(table, null, Map.of(), before, consistency);
        }
      }
      list("videos", owner, Map.of("state", "published"), null, consistency);
      list("videos", null, Map.of("state", "published"), 3000L << 22, consistency);
      list("sessions", null, Map.of("provider_session", "p106"), null, consistency);
      list("orders", owner, Map.of("video_id", 106), null, consistency);
      list("orders", null, Map.of("video_id", 106), null, consistency);
      list("sales", owner, Map.of("order_id", 106), null, consistency);
      list("used_values", owner, Map.of("digest", "d106"), null, consistency);
      list("mails", null, Map.of("state", "waiting"), null, consistency);
      list("uploads", owner, Map.of("state", "open"), null, consistency);
      list("uploads", null, Map.of("expires_day", 106), null, consistency);
      list("upload_pieces", owner, Map.of("upload_id", 106), null, consistency);
      list("video_previews", null, Map.of("state", "DUE"), null, consistency);
      list("audit_entries", owner, Map.of("whom_id", 106), null, consistency);
      list("audit_entries", null, Map.of("who_id", 106), null, consistency);
      list("audit_entries", null, Map.of("what", "role-given"), 3000L << 22, consistency);
    }
    write();
    router.effects.parked();
    for (int shard = 0; shard < SHARDS; shard++) {
      for (String table : List.of("idempotency", "applied_effects", "barred")) {
        String begin = "DELETE FROM tanada_0%d.%s".formatted(shard, table);
        Servers.await(begin, () -> logged().stream().anyMatch(s -> s.startsWith(begin)));
      }
    }
  }

  private static void write() {
    long id = Router.id(1);
    long video = Router.id(1);
    long there = Router.id(0);
    router.rows.claim(new RowsContract.Claim("username", "plan", "users", id));
    router.commit(there, Router.video(there, "there", "draft"));
    Write counted =
        new Write(
            Write.Operation.UPDATE, "videos", there, null, Map.of(), Map.of("price_minor", 3L));
    Transaction transaction =
        Router.transaction(
            id,
            List.of(Router.user(id, "plan"), Router.video(video, "t", "draft")),
            List.of(new Transaction.Effect(there, List.of(counted))),
            "plan");
    router.rows.commit(transaction);
    router.rows.commit(transaction); // the answer of before
    router.commit(id, Router.update("users", id, 1L, Map.of("bio", "b")));
    router.commit(id, new Write(Write.Operation.DELETE, "videos", video, null, Map.of(), Map.of()));
    router.rows.resolve(new RowsContract.Name("username", "plan"));
    router.rows.release(new RowsContract.Claim("username", "plan", "users", id));
    Servers.await(
        "the effect is applied",
        () -> router.find("videos", there, Consistency.PRIMARY).version() == 2);
    Servers.await(
        "and taken from the outbox",
        () -> logged().stream().anyMatch(s -> s.startsWith("DELETE FROM tanada_01.outbox")));
  }

  private static void read(String table, Consistency consistency, long... ids) {
    List<RowKey> keys = new ArrayList<>();
    for (long id : ids) {
      keys.add(new RowKey(table, id));
    }
    router.rows.read(new RowsContract.Read(keys, consistency));
  }

  private static void list(
      String table, Long owner, Map<String, Object> where, Long before, Consistency consistency) {
    router.rows.list(new RowsContract.ListRows(table, owner, where, 20, before, consistency));
  }

  /** The statements that reach the server meanwhile, as it got them. */
  private static List<String> statementsOf(Runnable work) throws SQLException {
    database.root("SET GLOBAL general_log = 1");
    try {
      work.run();
    } finally {
      database.root("SET GLOBAL general_log = 0");
    }
    return logged();
  }

  private static List<String> logged() throws SQLException {
    database.root(
        "DELETE FROM tanada_plans.log",
        "INSERT INTO tanada_plans.log SELECT DISTINCT CONVERT(argument USING utf8mb4)"
            + " FROM mysql.general_log WHERE command_type IN ('Query', 'Execute')"
            + " AND user_host LIKE '%tanada%'");
    List<String> statements = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT statement FROM tanada_plans.log")) {
      while (result.next()) {
        for (String text : result.getString(1).strip().split(TOGETHER, -1)) {
          if (text.matches("(?s)\\(?(SELECT|UPDATE|DELETE|INSERT)\\b.*\\btanada_0\\d\\..*")) {
            statements.add(text);
          }
        }
      }
    }
    return statements;
  }

  /** The tables that a statement reads row by row without an index; empty if there is none. */
  private static String scan(Connection connection, String sql) throws SQLException {
    List<String> scanned = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet plan = statement.executeQuery("EXPLAIN FORMAT=TRADITIONAL " + sql)) {
      while (plan.next()) {
        String table = plan.getString("table");
        boolean target = "INSERT".equals(plan.getString("select_type"));
        if (table == null || table.startsWith("<") || SMALL.contains(table) || target) {
          continue; // nothing is read, or what a step before has found
        }
        if ("ALL".equals(plan.getString("type")) || plan.getString("key") == null) {
          scanned.add(table + ": " + plan.getString("type") + " of " + plan.getString("rows"));
        }
      }
    }
    return String.join(", ", scanned);
  }
}
