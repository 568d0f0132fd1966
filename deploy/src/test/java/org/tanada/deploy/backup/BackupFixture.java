package org.tanada.deploy.backup;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** A real pair of MariaDB servers whose logs are shipped, and a storage node's files. */
public abstract class BackupFixture {
  protected static final Tier CLUSTER = new Tier("mysql-1", 2, List.of());
  protected static final Tier STORAGE = new Tier("storage-videos", 1, List.of());

  @TempDir protected Path directory;
  protected Home home;
  protected PlannedNode primary;
  protected PlannedNode replica;
  BackupAgent agent;
  Thread agentThread;
  protected final List<Process> processes = new ArrayList<>();

  @BeforeEach
  void begin() throws Exception {
    assumeThat(Binaries.find("mariadb-backup")).as("mariadb-backup is installed").isPresent();
    assumeThat(Binaries.find("restic")).as("restic is installed").isPresent();
    home = new Home(root(), directory.resolve("state"));
    new Secrets(home).make();
    Ports ports = freePorts();
    primary = PlannedNode.of(CLUSTER, 1, ports);
    replica = PlannedNode.of(CLUSTER, 2, ports);
    Topology topology = new Topology(ports, tiers());
    StateFiles.write(home.topology(), TopologyFile.write(topology));
    StateFiles.writeJson(home.desired(), Desired.NOTHING.fit(topology.nodes()));
    startPair();
    begun(topology);
    agent = new BackupAgent(home);
    agentThread = Thread.ofPlatform().daemon().start(this::agent);
  }

  /** Where the modules' jars are. */
  protected Path root() {
    return directory;
  }

  /** What the installation has. */
  protected List<Tier> tiers() {
    return List.of(CLUSTER, STORAGE);
  }

  /** The databases work: what a test needs in them. */
  protected void begun(Topology topology) throws Exception {
    write("CREATE DATABASE tanada_00; CREATE TABLE tanada_00.t (id BIGINT PRIMARY KEY, v TEXT)");
  }

  protected void agent() {
    try {
      agent.run();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  protected static Ports freePorts() {
    for (int base = 31_000; base < 60_000; base += 1000) {
      if (free(base + 611) && free(base + 612)) {
        return new Ports(base, 18080, 18443);
      }
    }
    throw new AssertionError("no free ports");
  }

  protected static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port)) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void end() throws Exception {
    if (agent != null) {
      agent.close();
      agentThread.join();
    }
    for (Process process : processes) {
      process.destroyForcibly().waitFor();
    }
  }

  protected void startPair() throws Exception {
    start(home, primary);
    start(home, replica);
    Waiting.until(
        "the primary leads",
        () -> role(home, primary, replica) instanceof Replication.Health.Leading);
    Waiting.until(
        "the replica follows",
        () -> role(home, replica, primary) instanceof Replication.Health.Following);
  }

  protected static Replication.Health role(Home home, PlannedNode own, PlannedNode other)
      throws IOException {
    return new ClusterRole(
            new DatabaseFiles(home, own),
            List.of(new ClusterRole.Peer(other, new DatabaseFiles(home, other).access())),
            () -> false)
        .keep();
  }

  protected void start(Home where, PlannedNode node) throws Exception {
    DatabaseFiles files = new DatabaseFiles(where, node);
    files.prepare();
    Process process =
        new ProcessBuilder(files.command())
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(
                    where.node(node.name()).resolve("conf/test.log").toFile()))
            .start();
    processes.add(process);
    Waiting.until(node.name() + " answers", () -> !new Sql(files).run("SELECT 1").isEmpty());
  }

  protected void write(String statement) throws IOException {
    new Sql(new DatabaseFiles(home, primary)).run(statement);
  }

  protected static List<String> rows(Home where, PlannedNode node) throws IOException {
    return new Sql(new DatabaseFiles(where, node)).run("SELECT id, v FROM tanada_00.t ORDER BY id");
  }

  /** A moment after all that was written until now, and before all that is written from now on. */
  protected Instant moment() throws Exception {
    TimeIndex index = index();
    Instant asked = Instant.now();
    Waiting.until("the index knows what was written", () -> after(index, asked));
    Instant moment = Instant.now();
    Waiting.until("the index has gone on", () -> after(index, moment));
    return moment;
  }

  TimeIndex index() throws IOException {
    BackupFiles files = new BackupFiles(home);
    return new TimeIndex(files.logs(files.timeline(), "mysql-1"));
  }

  static boolean after(TimeIndex index, Instant moment) throws IOException {
    return index.last().filter(row -> row.at().isAfter(moment)).isPresent();
  }

  protected Path blob(Path state, long id) {
    return state.resolve("nodes/storage-videos-1/data/blobs/00/0" + id + "/" + id + ".blob");
  }

  /** As storage-service writes it. */
  protected void storeBlob(long id, String content) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    byte[] facts =
        "{\"id\":%d,\"size\":%d,\"sha256\":\"%s\"}"
            .formatted(id, bytes.length, digest)
            .getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(bytes.length + facts.length + 16)
            .put(bytes)
            .put(facts)
            .putInt(0)
            .putInt(facts.length)
            .put("TANADAB1".getBytes(StandardCharsets.US_ASCII));
    Files.createDirectories(StateFiles.parent(blob(home.directory(), id)));
    Files.write(blob(home.directory(), id), file.array());
  }

  protected Backup.Made backup() throws IOException {
    new BackupSetup(home).begin(directory.resolve("repository").toString());
    return new Backup(home, _ -> {}).make();
  }
}
