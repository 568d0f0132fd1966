package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.GtidSet;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;

/**
 * MySQL in containers, seen from the container of node {@code backup-1}. It copies itself by its
 * clone plugin into a volume that both have, and everything is said in sets of GTIDs: a copy knows
 * by itself which ones it has, and takes no transaction twice.
 */
record MySql() implements Dialect {
  static final String TOOL = "mysql";

  /** Where servers see what is {@code backup/base} here. */
  private static final Path COPIES = Path.of("/var/lib/copies");

  /** As the image of the servers has them: a restored database works by the same settings. */
  private static final String SETTINGS = "/usr/local/lib/tanada/my.cnf";

  private static final String MARK = "server";
  private static final int SECONDS_TO_COPY = 4 * 3600;

  /** As {@link MariaDb}'s; a set of several servers is written with line ends. */
  private static final String ASK =
      "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS UNSIGNED), @@global.read_only,"
          + " REPLACE(@@global.gtid_executed, '\\n', ''); SHOW BINARY LOG STATUS;\n";

  /** Nothing is committed between the snapshot and the set: a lock of some 20 ms. */
  private static final String SNAPSHOT =
      """
      SET SESSION lock_wait_timeout = 60;
      FLUSH TABLES WITH READ LOCK;
      START TRANSACTION WITH CONSISTENT SNAPSHOT;
      SELECT REPLACE(@@global.gtid_executed, '\\n', '');
      UNLOCK TABLES;
      """;

  @Override
  public String server() {
    return "mysqld";
  }

  @Override
  public Map<String, String> tools() throws IOException {
    return Map.of(TOOL, Program.run(null, Map.of(), server(), "--version").output().strip());
  }

  @Override
  public Access access(Home home, PlannedNode node) {
    return Access.member(node, new Secrets(home), "tanada", Secrets.DATABASE_PASSWORD);
  }

  /** Who may copy the server. */
  private static Access copier(Home home, PlannedNode node) {
    return Access.member(node, new Secrets(home), "replication", Secrets.REPLICATION_PASSWORD);
  }

  @Override
  public boolean follows(Map<String, String> status) {
    return "Yes".equals(status.get("Replica_SQL_Running"))
        && "0".equals(status.get("Seconds_Behind_Source"));
  }

  @Override
  public String question() {
    return ASK;
  }

  @Override
  public String copy(BackupFiles files, PlannedNode node, Path to) throws IOException {
    String size =
        new Sql(access(files.home(), node))
            .run("SELECT CAST(SUM(file_size) AS SIGNED) FROM information_schema.innodb_tablespaces")
            .getFirst();
    files.needRoom(Long.parseLong(size));
    new Sql(copier(files.home(), node), SECONDS_TO_COPY)
        .run("CLONE LOCAL DATA DIRECTORY = '" + COPIES.resolve(to.getFileName()) + "'");
    return "";
  }

  @Override
  public Duration settled() {
    return Duration.ofSeconds(2);
  }

  @Override
  public String snapshot() {
    return SNAPSHOT;
  }

  @Override
  public List<String> reader(PlannedNode node, int id) {
    return List.of(
        Binaries.need("mysqlbinlog"),
        "--no-defaults",
        "--protocol=tcp",
        "--host=" + node.host(),
        "--port=" + node.port(),
        "--user=replication",
        "--get-server-public-key",
        "--connection-server-id=" + id);
  }

  @Override
  public String readerPassword(Secrets secrets) throws IOException {
    return Access.replicationPassword(secrets);
  }

  /** By the name that a server gives itself when it begins anew. */
  @Override
  public boolean same(Home home, PlannedNode node, Path logs, String file) throws IOException {
    Path mark = logs.resolve(MARK);
    return Files.exists(mark) && Files.readString(mark).strip().equals(uuid(home, node));
  }

  @Override
  public void mark(Home home, PlannedNode node, Path logs) throws IOException {
    StateFiles.write(logs.resolve(MARK), uuid(home, node) + "\n");
  }

  private String uuid(Home home, PlannedNode node) throws IOException {
    return new Sql(access(home, node)).run("SELECT @@server_uuid").getFirst();
  }

  @Override
  public void prepare(Path copy, String cluster) {
    // a clone is what a server stopped in order leaves
  }

  @Override
  public List<String> scratch(Home home, PlannedNode node) throws IOException {
    Path own = home.node(node.name());
    StateFiles.privateDirectory(own.resolve("conf"));
    return List.of(
        Binaries.need(server()),
        "--defaults-file=" + SETTINGS,
        "--datadir=" + own.resolve("data"),
        "--socket=" + own.resolve("sock"),
        "--pid-file=" + own.resolve("pid"),
        "--server-id=" + 1,
        "--skip-networking",
        "--skip-log-bin",
        "--skip-replica-start",
        "--relay-log-recovery=OFF",
        "--innodb-buffer-pool-size=64M",
        "--innodb-flush-log-at-trx-commit=0",
        "--innodb-doublewrite=OFF");
  }

  @Override
  public Access scratchAccess(Home home, PlannedNode node) {
    return Access.mysqlSocket(
        node.name(), home.node(node.name()).resolve("sock"), new Secrets(home));
  }

  /** Without a GTID of its own, which no other member would have. */
  @Override
  public String lead(String position) {
    return "SET SESSION sql_log_bin = 0; STOP REPLICA; RESET REPLICA ALL;"
        + " DROP DATABASE IF EXISTS tanada_cluster;";
  }

  @Override
  public void replay(
      Path logs, Path words, Access to, String from, String until, @Nullable Instant cut)
      throws IOException {
    new GtidReplay(logs, words).run(to, until, cut);
  }

  @Override
  public long count(String position) {
    return GtidSet.count(position);
  }
}
