package org.tanada.deploy.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Promotion;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;

/** A shard cluster of two real MariaDB servers. */
@Tag("servers")
@Timeout(180)
class DatabasePairTests {
  @TempDir Path directory;
  private Home home;
  private Wanted primary;
  private Wanted replica;
  private DatabaseRunner runner;
  private final List<Process> processes = new ArrayList<>();
  private final List<String> journal = new CopyOnWriteArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    assumeThat(Binaries.find("mariadbd")).as("MariaDB is installed").isPresent();
    // a long path: the socket must find another place
    home = new Home(directory, directory.resolve("a-long-name-of-a-directory/".repeat(4)));
    new Secrets(home).make();
    Tier tier = new Tier("mysql-1", 2, List.of());
    Ports ports = freePorts();
    Desired desired =
        Desired.NOTHING.fit(
            List.of(PlannedNode.of(tier, 1, ports), PlannedNode.of(tier, 2, ports)));
    primary = desired.nodes().getFirst();
    replica = desired.nodes().getLast();
    runner = new DatabaseRunner(home, () -> desired, journal::add);
  }

  private static Ports freePorts() throws IOException {
    while (true) {
      int base = ThreadLocalRandom.current().nextInt(21_000, 31_000);
      if (free(base + 611) && free(base + 612)) {
        return new Ports(base, 18080, 18443);
      }
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void end() throws Exception {
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(Wanted wanted) throws IOException {
    Process process = runner.start(wanted).process();
    processes.add(process);
    return process;
  }

  private void awaitReady(Wanted wanted) {
    boolean ready =
        Control.await(
            60,
            () -> {
              try {
                return runner.probe(wanted).answer() == Probe.Answer.READY;
              } catch (IOException e) {
                return false;
              }
            });
    assertThat(ready).as("%s is ready", wanted.node().name()).isTrue();
  }

  private Sql sql(Wanted wanted) {
    return new Sql(new DatabaseFiles(home, wanted.node()));
  }

  private void awaitRows(Wanted wanted, String count) {
    boolean there =
        Control.await(
            30,
            () -> {
              try {
                return sql(wanted).run("SELECT COUNT(*) FROM tanada_00.t").equals(List.of(count));
              } catch (IOException | OperatorException e) {
                return false;
              }
            });
    assertThat(there).as("%s rows on %s", count, wanted.node().name()).isTrue();
  }

  /** Runs a statement over TCP as the router does. */
  private String asRouter(Wanted wanted, String statement) throws Exception {
    return as("tanada", Secrets.DATABASE_PASSWORD, wanted, statement);
  }

  private String as(String user, String password, Wanted wanted, String statement)
      throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Binaries.need("mariadb"),
            "--no-defaults",
            "--protocol=tcp",
            "--host=127.0.0.1",
            "--port=" + wanted.node().port(),
            "--user=" + user,
            "--batch",
            "--skip-column-names",
            "--execute=" + statement);
    builder.environment().put("MYSQL_PWD", new Secrets(home).get(password));
    Process process = builder.redirectErrorStream(true).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return output;
  }

  private String asAnalyst(String statement) throws Exception {
    return as("analyst", Secrets.ANALYST_PASSWORD, replica, statement);
  }

  private void awaitAnalyst(String statement, String answer) {
    boolean there =
        Control.await(
            30,
            () -> {
              try {
                return asAnalyst(statement).equals(answer);
              } catch (Exception e) {
                return false;
              }
            });
    assertThat(there).as(statement).isTrue();
  }

  @Test
  void theReplicaFollowsHealsAndNeverTakesWrites() throws Exception {
    start(primary);
    Process follower = start(replica);
    awaitReady(primary);
    awaitReady(replica);

    // the router's user makes schemas, and its rows arrive
    assertThat(
            asRouter(
                primary,
                "CREATE DATABASE tanada_00; CREATE TABLE tanada_00.t (id BIGINT PRIMARY KEY);"
                    + " INSERT INTO tanada_00.t VALUES (1), (2)"))
        .isEmpty();
    awaitRows(replica, "2");
    assertThat(asRouter(replica, "INSERT INTO tanada_00.t VALUES (3)")).contains("read-only");
    assertThat(asRouter(primary, "SELECT @@rpl_semi_sync_master_enabled, @@sync_binlog"))
        .isEqualTo("1\t1");
    assertThat(asRouter(primary, "CREATE DATABASE other")).contains("denied");
    assertThat(asRouter(primary, "SHOW MASTER STATUS")).contains("binlog.000001");
    assertThat(asRouter(replica, "SHOW REPLICA STATUS")).contains("127.0.0.1");
    assertThat(sql(primary).run("SELECT COUNT(*) FROM mysql.user WHERE User='root'"))
        .containsExactly("1");

    // people read views on the replica, and nothing else
    assertThat(
            asRouter(
                primary,
                "CREATE DATABASE tanada_all;"
                    + " CREATE VIEW tanada_all.v_all_t AS SELECT id FROM tanada_00.t"))
        .isEmpty();
    awaitAnalyst("SELECT COUNT(*) FROM tanada_all.v_all_t", "2");
    assertThat(asAnalyst("SELECT COUNT(*) FROM tanada_00.t")).contains("denied");
    assertThat(asAnalyst("SELECT COUNT(*) FROM mysql.global_priv")).contains("denied");
    String view = "CREATE VIEW tanada_all.mine AS SELECT 1";
    assertThat(as("analyst", Secrets.ANALYST_PASSWORD, primary, view)).contains("denied");

    // kill -9 of the primary: it comes back as the primary, with its rows
    processes.getFirst().destroyForcibly().waitFor();
    start(primary);
    awaitReady(primary);
    awaitReady(replica);
    assertThat(asRouter(primary, "INSERT INTO tanada_00.t VALUES (4)")).isEmpty();
    awaitRows(replica, "3");

    // the replica's data is lost: it is made anew from the primary's log
    follower.destroyForcibly().waitFor();
    StateFiles.deleteTree(home.node("mysql-1-b").resolve("data"));
    Process fresh = start(replica);
    awaitReady(replica);
    awaitRows(replica, "3");

    // an errant row breaks replication: that is seen, and a rebuild heals it
    sql(replica).run("SET sql_log_bin=0; INSERT INTO tanada_00.t VALUES (5)");
    assertThat(asRouter(primary, "INSERT INTO tanada_00.t VALUES (5)")).isEmpty();
    boolean seen =
        Control.await(
            30,
            () -> {
              try {
                return runner.probe(replica).problem().startsWith(Replication.BROKEN);
              } catch (IOException e) {
                return false;
              }
            });
    assertThat(seen).isTrue();
    fresh.destroyForcibly().waitFor();
    start(replica.rebuilt());
    awaitReady(replica);
    awaitRows(replica, "4");
  }

  @Test
  void aPromotedReplicaLeadsAndTheFormerPrimaryIsMadeAnewWhenItHasMore() throws Exception {
    Process first = start(primary);
    Process second = start(replica);
    awaitReady(primary);
    awaitReady(replica);
    asRouter(
        primary,
        "CREATE DATABASE tanada_00; CREATE TABLE tanada_00.t (id BIGINT PRIMARY KEY);"
            + " INSERT INTO tanada_00.t VALUES (1), (2)");
    awaitRows(replica, "2");
    Promotion promotion =
        new Promotion(
            "mysql-1",
            List.of(
                new ClusterRole.Peer(
                    primary.node(), new DatabaseFiles(home, primary.node()).access()),
                new ClusterRole.Peer(
                    replica.node(), new DatabaseFiles(home, replica.node()).access())));
    assertThat(promotion.look())
        .isEqualTo(new Promotion.Standing(0, "mysql-1-a", true, List.of("mysql-1-b")));

    // in order: nothing is lost, and the former one follows with its data
    promotion.freeze("mysql-1-a");
    assertThat(asRouter(primary, "INSERT INTO tanada_00.t VALUES (3)")).contains("read-only");
    promotion.awaitAll("mysql-1-a", "mysql-1-b");
    promotion.begin("mysql-1-b", 1);
    assertThat(asRouter(replica, "INSERT INTO tanada_00.t VALUES (3)")).isEmpty();
    awaitReady(primary);
    awaitRows(primary, "3");
    assertThat(asRouter(primary, "INSERT INTO tanada_00.t VALUES (4)")).contains("read-only");
    assertThat(asRouter(replica, "SELECT @@sync_binlog, @@rpl_semi_sync_master_enabled"))
        .isEqualTo("1\t1");

    // a write that the other never had, and then the disk of the machine goes away
    first.destroyForcibly().waitFor();
    assertThat(asRouter(replica, "INSERT INTO tanada_00.t VALUES (4)")).isEmpty();
    String newest = sql(replica).run("SELECT @@global.gtid_binlog_pos").getFirst();
    second.destroyForcibly().waitFor();
    start(primary);
    awaitAnswer(primary);
    assertThat(promotion.look())
        .isEqualTo(new Promotion.Standing(1, "mysql-1-b", false, List.of("mysql-1-a")));
    promotion.applyReceived("mysql-1-a");
    assertThat(promotion.missing("mysql-1-a", List.of(newest))).hasValue(1L);
    assertThat(promotion.missing("mysql-1-a", List.of())).isEmpty();
    promotion.begin("mysql-1-a", 2);
    awaitReady(primary);

    // the former one comes back: it stops by itself, and is made anew without that write
    Process returned = start(replica);
    awaitErrant(replica, returned);
    start(replica);
    awaitReady(replica);
    awaitRows(replica, "3");
    assertThat(home.node("mysql-1-b").resolve("data-errant")).isDirectory();
    assertThat(journal.toString()).contains("has transactions that mysql-1-a lacks");
    assertThat(asRouter(primary, "INSERT INTO tanada_00.t VALUES (5)")).isEmpty();
    awaitRows(replica, "4");

    // the first node's disk is lost while the other leads: it begins anew as a replica
    promotion.freeze("mysql-1-a");
    promotion.awaitAll("mysql-1-a", "mysql-1-b");
    promotion.begin("mysql-1-b", 3);
    processes.get(2).destroyForcibly().waitFor();
    StateFiles.deleteTree(home.node("mysql-1-a").resolve("data"));
    start(primary);
    awaitReady(primary);
    awaitRows(primary, "4");
  }

  private void awaitAnswer(Wanted wanted) {
    boolean answers =
        Control.await(
            30,
            () -> {
              try {
                return runner.probe(wanted).answer() != Probe.Answer.SILENT;
              } catch (IOException e) {
                return false;
              }
            });
    assertThat(answers).isTrue();
  }

  private void awaitErrant(Wanted wanted, Process process) {
    boolean ended =
        Control.await(
            30,
            () -> {
              try {
                return runner.probe(wanted).answer() == Probe.Answer.SILENT && !process.isAlive();
              } catch (IOException e) {
                return false;
              }
            });
    assertThat(ended).as("it stops by itself: %s", journal).isTrue();
  }

  @Test
  void aPrimaryThatLostItsDataDoesNotStartEmptyBesideItsReplica() throws Exception {
    Process leader = start(primary);
    start(replica);
    awaitReady(replica);
    assertThat(ProcessId.of(leader.pid()).alive()).isTrue();
    leader.destroyForcibly().waitFor();
    StateFiles.deleteTree(home.node("mysql-1-a").resolve("data"));

    assertThatThrownBy(() -> runner.start(primary))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("mysql-1-a has lost its data while mysql-1-b has a copy");
  }
}
