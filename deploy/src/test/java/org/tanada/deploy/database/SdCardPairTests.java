package org.tanada.deploy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.backup.Waiting;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/** A primary and a replica of real MariaDB, both with an SD card's profile. */
@Tag("servers")
@Timeout(120)
class SdCardPairTests {
  private static final DatabaseSettings CARD = new DatabaseSettings(DatabaseProfile.SD_CARD, "32M");

  @TempDir Path directory;
  private DatabaseFiles primary;
  private DatabaseFiles replica;
  private final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    assumeThat(Binaries.find("mariadbd")).as("MariaDB is installed").isPresent();
    Home home = new Home(directory, directory);
    new Secrets(home).make();
    primary = new DatabaseFiles(home, node("mysql-1-a", 1), new Secrets(home), CARD);
    replica = new DatabaseFiles(home, node("mysql-1-b", 2), new Secrets(home), CARD);
  }

  private static PlannedNode node(String name, int index) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return new PlannedNode(name, "mysql-1", index, free.getLocalPort(), free.getLocalPort(), "");
    }
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  @Test
  void aReplicaThatForgetsAtWorstGetsTheRestFromItsDurablePrimary() throws Exception {
    start(primary);
    Process follower = start(replica);
    Waiting.until(
        "the primary leads", () -> role(primary, replica) instanceof Replication.Health.Leading);
    Waiting.until(
        "the replica follows",
        () -> role(replica, primary) instanceof Replication.Health.Following);
    Sql writes = new Sql(primary);
    Sql reads = new Sql(replica);
    String asked =
        "SELECT @@sync_binlog, @@innodb_flush_log_at_trx_commit, @@log_slave_updates,"
            + " @@innodb_log_file_size >> 20, @@binlog_expire_logs_seconds, @@tmpdir,"
            + " @@innodb_doublewrite, @@innodb_buffer_pool_size >> 20";

    assertThat(writes.run(asked)).containsExactly("1\t1\t1\t128\t259200\t/dev/shm\t1\t32");
    assertThat(reads.run(asked)).containsExactly("0\t2\t0\t128\t259200\t/dev/shm\t1\t32");

    // written while the replica is there, and while it is not
    writes.run("CREATE DATABASE tanada_00; CREATE TABLE tanada_00.t (id BIGINT PRIMARY KEY)");
    writes.run("INSERT INTO tanada_00.t VALUES (1), (2)");
    Waiting.until("both rows", () -> count(reads).equals("2"));
    follower.destroyForcibly().waitFor();
    writes.run("INSERT INTO tanada_00.t VALUES (3)");
    start(replica);
    Waiting.until(
        "the replica follows",
        () -> role(replica, primary) instanceof Replication.Health.Following);

    Waiting.until("all rows", () -> count(reads).equals("3"));
    assertThat(reads.run("SHOW BINLOG EVENTS IN 'binlog.000001'").toString())
        .as("what the replica logs of its own")
        .doesNotContain("tanada_00");
  }

  private static Replication.Health role(DatabaseFiles own, DatabaseFiles other)
      throws IOException {
    return new ClusterRole(
            own, List.of(new ClusterRole.Peer(other.node(), other.access())), () -> false)
        .keep();
  }

  private static String count(Sql sql) throws IOException {
    return sql.run("SELECT COUNT(*) FROM tanada_00.t").getFirst();
  }

  private Process start(DatabaseFiles files) throws Exception {
    files.prepare();
    Path log = directory.resolve(files.name() + ".log");
    Process process =
        new ProcessBuilder(files.command())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    processes.add(process);
    Waiting.until(
        files.name() + " answers",
        () -> {
          assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
          return !new Sql(files).run("SELECT 1").isEmpty();
        });
    return process;
  }
}
