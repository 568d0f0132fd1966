package org.tanada.deploy.database;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.PlannedNode;

/** Makes a node follow its primary, and says how that goes. */
public final class Replication {
  /** Begins the problem of a replica that must be made anew. */
  public static final String BROKEN = "replication is broken";

  private final DatabaseFiles replica;
  private final PlannedNode primary;
  private final Access toPrimary;

  /** Replication between two nodes of a shard cluster on one machine. */
  public Replication(DatabaseFiles replica, DatabaseFiles primary) {
    this(replica, primary.node(), primary.access());
  }

  /** Replication from a node wherever it is. */
  public Replication(DatabaseFiles replica, PlannedNode primary, Access toPrimary) {
    this.replica = replica;
    this.primary = primary;
    this.toPrimary = toPrimary;
  }

  /** How a database of a cluster is. */
  public sealed interface Health {
    /** It is the primary, and takes writes. */
    record Leading() implements Health {}

    /**
     * It has transactions of its own, from the last one on, and must never follow with them.
     *
     * @param primary who lacks them
     * @param last one of them
     */
    record Errant(String primary, String last) implements Health {
      /** For the operator. */
      public String problem() {
        return "has transactions that " + primary + " lacks, such as " + last;
      }
    }

    /**
     * It follows.
     *
     * @param delaySeconds how far behind it is kept on purpose
     */
    record Following(int delaySeconds) implements Health {}

    /** It connects, or waits for its primary. */
    record Waiting(String why) implements Health {}

    /** It cannot go on by itself: its data must be made anew. */
    record Broken(String why) implements Health {}
  }

  /** Looks, and begins to follow if the node never did. */
  public Health check() throws IOException {
    Sql sql = new Sql(replica);
    Map<String, String> status = sql.row("SHOW REPLICA STATUS");
    if (status.isEmpty()) {
      return begin(sql);
    }
    if (!status.getOrDefault("Master_Port", "").equals(Integer.toString(primary.port()))
        || !status.getOrDefault("Master_Host", "").equals(primary.host())) {
      follow(sql);
      return new Health.Waiting("following a new address");
    }
    boolean receives = "Yes".equals(status.get("Slave_IO_Running"));
    boolean applies = "Yes".equals(status.get("Slave_SQL_Running"));
    if (receives && applies) {
      return new Health.Following(Integer.parseInt(status.getOrDefault("SQL_Delay", "0")));
    }
    String sqlError = status.getOrDefault("Last_SQL_Errno", "0");
    if (!sqlError.equals("0")) {
      return new Health.Broken("cannot apply: " + first(status.get("Last_SQL_Error")));
    }
    // 1236: the primary's binary log does not go on from here; 1593: a foreign or errant history.
    String receiveError = status.getOrDefault("Last_IO_Errno", "0");
    if (receiveError.equals("1236") || receiveError.equals("1593")) {
      return new Health.Broken("cannot receive: " + first(status.get("Last_IO_Error")));
    }
    if ("No".equals(status.get("Slave_IO_Running")) || !applies) {
      sql.run("SET GLOBAL rpl_semi_sync_slave_enabled = 1; START SLAVE");
    }
    return new Health.Waiting(
        receiveError.equals("0") ? "connecting to its primary" : "its primary does not answer");
  }

  private Health begin(Sql sql) throws IOException {
    if (!logSuffices()) {
      copy(sql);
    }
    follow(sql);
    return new Health.Waiting("begins to follow");
  }

  /**
   * Whether the replica can have all by the primary's binary log: it is not empty itself, or the
   * log is there from the cluster's first transaction on. That of a primary which began as a copy
   * is not.
   */
  private boolean logSuffices() throws IOException {
    if (!Member.of(replica.access()).gtids().isEmpty()) {
      return true;
    }
    Sql there = new Sql(toPrimary);
    List<String> logs = there.run("SHOW BINARY LOGS");
    if (logs.isEmpty() || !logs.getFirst().startsWith("binlog.000001")) {
      return false;
    }
    Optional<String> first =
        there.run("SHOW BINLOG EVENTS IN 'binlog.000001' LIMIT 20").stream()
            .filter(event -> event.contains("\tGtid\t"))
            .findFirst();
    return first.isEmpty()
        ? Member.of(toPrimary).gtids().isEmpty()
        : first.get().matches(".*GTID \\d+-\\d+-1\\b.*");
  }

  /**
   * Follows from what the node has, be it received or, as a primary of before, written by itself.
   */
  private void follow(Sql sql) throws IOException {
    sql.run(
        """
        STOP SLAVE;
        SET GLOBAL rpl_semi_sync_master_enabled = 0;
        SET GLOBAL rpl_semi_sync_slave_enabled = 1;
        SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos;
        CHANGE MASTER TO MASTER_HOST='%s', MASTER_PORT=%d, MASTER_USER='replication',
          MASTER_PASSWORD='%s', MASTER_USE_GTID=slave_pos, MASTER_SSL=0,
          MASTER_SSL_VERIFY_SERVER_CERT=0, MASTER_CONNECT_RETRY=1, MASTER_HEARTBEAT_PERIOD=2;
        START SLAVE;
        """
            .formatted(primary.host(), primary.port(), replica.replicationPassword()));
  }

  /** Keeps a replica that far behind on purpose: what it receives it applies so much later. */
  public static void delay(DatabaseFiles replica, int seconds) throws IOException {
    new Sql(replica).run("STOP SLAVE; CHANGE MASTER TO MASTER_DELAY=" + seconds + "; START SLAVE");
  }

  /** Copies the primary's data by a consistent dump that carries its position. */
  private void copy(Sql sql) throws IOException {
    Optional<Path> dump = Binaries.find("mariadb-dump");
    if (dump.isEmpty()) {
      throw new OperatorException(
          replica.name() + " must be copied from its primary: apt-get install mariadb-client");
    }
    List<String> schemas =
        new Sql(toPrimary).run("SHOW DATABASES LIKE 'tanada\\_%'").stream().toList();
    if (schemas.isEmpty()) {
      return;
    }
    Path file = Files.createTempFile(replica.temporary(), "copy", ".sql");
    try {
      ProcessBuilder builder = new ProcessBuilder(dump.get().toString(), "--no-defaults");
      builder.command().addAll(toPrimary.options());
      builder
          .command()
          .addAll(List.of("--single-transaction", "--master-data=1", "--gtid", "--databases"));
      builder.command().addAll(schemas);
      builder.environment().put("MYSQL_PWD", toPrimary.secrets().get(toPrimary.password()));
      run(builder.redirectOutput(file.toFile()), 3600);
      run(clientOnReplica().redirectInput(file.toFile()), 3600);
      sql.run("SELECT 1");
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private ProcessBuilder clientOnReplica() throws IOException {
    ProcessBuilder client =
        new ProcessBuilder(
            Binaries.need("mariadb"), "--no-defaults", "--init-command=SET SESSION sql_log_bin=0");
    client.command().addAll(replica.access().options());
    client.environment().put("MYSQL_PWD", replica.rootPassword());
    return client;
  }

  private void run(ProcessBuilder builder, int seconds) throws IOException {
    Path errors = replica.temporary().resolve("copy.log");
    Process process = builder.redirectError(errors.toFile()).start();
    try {
      if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
        String why = Files.readString(errors, StandardCharsets.UTF_8);
        throw new OperatorException(replica.name() + " cannot be copied: " + first(why));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String first(@org.jspecify.annotations.Nullable String text) {
    return text == null ? "no words" : text.lines().findFirst().orElse("no words");
  }
}
