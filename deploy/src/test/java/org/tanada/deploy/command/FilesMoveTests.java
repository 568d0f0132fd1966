package org.tanada.deploy.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.testing.MovingLoad;
import org.tanada.common.blob.testing.S3Server;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.Tanada;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.NodeControl;
import org.tanada.deploy.process.Supervisor;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/**
 * {@code ./tanada files} on two real storage nodes under a real supervisor, and a real S3, while
 * files are written and read.
 */
@Tag("servers")
@EnabledIfSystemProperty(
    named = "tanada.test.nightly",
    matches = "true",
    disabledReason =
        "starts storage nodes sixteen times, which takes minutes: give -Dtanada.test.nightly=true")
@Timeout(3600)
class FilesMoveTests {
  private static final String TIER = "storage-archive";
  private static final String FIRST = TIER + "-1";
  private static final int SECONDS = 180;

  @TempDir Path directory;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
  private Home home;
  private Control control;
  private S3Server s3;
  private Topology topology;
  private Future<Boolean> supervisor;

  @BeforeEach
  void begin() throws Exception {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Optional<Path> jar = Module.STORAGE_SERVICE.jar(root);
    assumeThat(jar).as("storage-service is built").isPresent();
    s3 = new S3Server(Files.createDirectories(directory.resolve("server")));
    home = new Home(directory, directory.resolve("state"));
    control = new Control(home);
    StateFiles.privateDirectory(home.directory());
    new Secrets(home).make();
    new Programs(home).unpack(Module.STORAGE_SERVICE, jar.orElseThrow());
    int base = freeBlock();
    StateFiles.write(
        home.topology(),
        "ports: {base: %d, http: 8080, https: 8443}%ntiers:%n  %s: {nodes: 2, public: true}%n"
            .formatted(base, TIER));
    topology = TopologyFile.read(home.topology());
    control.change(desired -> desired.fit(topology.nodes()));
    Supervisor fresh = Supervisor.ofNative(home, "test");
    supervisor = threads.submit(fresh::run);
    for (var node : topology.nodes()) {
      assertThat(Control.await(SECONDS, () -> state(node.name()) == State.UP))
          .as(node.name())
          .isTrue();
    }
  }

  @AfterEach
  void end() throws Exception {
    if (supervisor != null) {
      control.change(desired -> desired.changeAll(w -> w.with(Run.STOPPED)));
      supervisor.get(SECONDS, TimeUnit.SECONDS);
    }
    if (s3 != null) {
      s3.close();
    }
    threads.shutdownNow();
    http.close();
  }

  /** Where the two nodes' ports are free; the block is a thousand of them. */
  private static int freeBlock() {
    while (true) {
      int base = 10_000 + 1000 * ThreadLocalRandom.current().nextInt(20);
      try (ServerSocket _ = new ServerSocket(base + 811);
          ServerSocket _ = new ServerSocket(base + 812)) {
        return base;
      } catch (IOException e) {
        LockSupport.parkNanos(1_000_000); // another one
      }
    }
  }

  private State state(String node) {
    try {
      return control.observed().find(node).map(seen -> seen.state()).orElse(State.STOPPED);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private record Outcome(int code, String out, String err) {}

  private Outcome tanada(String... words) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setProperty("tanada.home", home.directory().toString());
    System.setProperty("tanada.root", home.root().toString());
    System.setOut(new PrintStream(said, true, UTF_8));
    System.setErr(new PrintStream(complained, true, UTF_8));
    try {
      int code = Tanada.execute(words);
      return new Outcome(code, said.toString(UTF_8), complained.toString(UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.clearProperty("tanada.home");
      System.clearProperty("tanada.root");
    }
  }

  private Outcome toBucket(String bucket, Path credentials) {
    return tanada(
        "files",
        "move",
        "archive",
        "--to",
        "s3://" + bucket + "/of-tests",
        "--endpoint",
        s3.address().toString(),
        "--path-style",
        "--credentials",
        credentials.toString());
  }

  @Test
  void purposeMovesThereAndBackUnderLoadThroughTheDeathOfItsMover() throws Exception {
    String before = Files.readString(home.topology());
    Path credentials = s3.credentials("of-nodes", S3Server.SECRET);

    Outcome missing = toBucket("another", credentials);
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err())
        .isEqualToIgnoringNewLines(
            "nothing was changed: "
                + FIRST
                + ": Bucket another cannot be used: it is not there.\n");
    Outcome wrong = toBucket(S3Server.BUCKET, s3.wrongCredentials());
    assertThat(wrong.code()).isEqualTo(1);
    assertThat(wrong.err()).contains("these credentials are not let in");
    assertThat(tanada("files", "move", "archive", "--to", "tape").err()).contains("is no place");
    assertThat(tanada("files", "move", "nothing", "--to", "disk").err()).contains("no purpose");
    assertThat(home.topology()).hasContent(before);
    assertThat(s3.objects("")).isEmpty();

    try (MovingLoad load = new MovingLoad(new Nodes(), 1, 2)) {
      load.write(150, 100_000);
      load.delete(5);
      load.begin();
      load.goOn();

      Future<?> killer = threads.submit(this::killTheMover);
      Outcome there = toBucket(S3Server.BUCKET, credentials);
      assertThat(there.code()).as(there.err()).isZero();
      killer.get(SECONDS, TimeUnit.SECONDS);
      load.goOn();
      assertThat(blobs()).isZero();
      assertThat(s3.objects("/files/")).hasSizeGreaterThan(100);
      assertThat(tanada("files").out()).containsPattern("archive +2 +s3 +" + S3Server.BUCKET);

      killer = threads.submit(this::killTheMover);
      Outcome back = tanada("files", "move", "archive", "--to", "disk");
      assertThat(back.code()).as(back.err()).isZero();
      killer.get(SECONDS, TimeUnit.SECONDS);
      load.goOn();
      assertThat(s3.objects("")).isEmpty();
      assertThat(TopologyFile.read(home.topology())).isEqualTo(topology);

      load.end();
      load.check();
      System.out.println(load + "\n" + there.out() + back.out());
    }
  }

  /** Ends the first node by SIGKILL when it has moved some files. */
  private void killTheMover() {
    try {
      StorageNodes nodes = new StorageNodes(home, new NativeLauncher(home), TIER);
      boolean met = Control.await(900, 20, () -> threads.isShutdown() || moving(nodes));
      assertThat(met).as(FIRST + " is in the middle of its pass").isTrue();
      new NodeControl(home).kill(FIRST);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean moving(StorageNodes nodes) {
    try {
      var state = nodes.state(FIRST);
      return state.running() && state.moved() > 2 && state.left() > 3;
    } catch (IOException e) {
      return false; // it is being restarted
    }
  }

  private long blobs() throws IOException {
    long count = 0;
    for (var node : topology.nodes()) {
      try (var all = Files.walk(home.node(node.name()).resolve("data"))) {
        count += all.filter(file -> file.toString().endsWith(".blob")).count();
      }
    }
    return count;
  }

  /** The nodes as an app server and an edge ask them. */
  private final class Nodes implements MovingLoad.Nodes {
    private final CredentialIssuer app =
        new CredentialIssuer(
            home.secrets().resolve(ServiceKeyring.file(ServiceName.APP)), InstantSource.system());
    private final List<URI> addresses =
        topology.nodes().stream().map(node -> node.address()).toList();

    private HttpResponse<byte[]> send(int node, String path, HttpRequest.Builder request)
        throws IOException {
      try {
        return http.send(
            request
                .uri(addresses.get(node - 1).resolve(path))
                .timeout(Duration.ofSeconds(60))
                .header(TanadaHeaders.SERVICE_CREDENTIAL, app.of(ServiceName.STORAGE))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public int put(int node, long id, byte[] content) throws IOException {
      return send(
              node,
              "/v1/blobs/" + id,
              HttpRequest.newBuilder()
                  .header("Content-Type", "video/mp4")
                  .PUT(HttpRequest.BodyPublishers.ofByteArray(content)))
          .statusCode();
    }

    @Override
    public HttpResponse<byte[]> get(int node, long id) throws IOException {
      return send(node, "/media/archive/" + id, HttpRequest.newBuilder().GET());
    }

    @Override
    public int delete(int node, long id) throws IOException {
      return send(node, "/v1/blobs/" + id, HttpRequest.newBuilder().DELETE()).statusCode();
    }
  }
}
