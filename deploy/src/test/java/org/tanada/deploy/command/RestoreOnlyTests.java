package org.tanada.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.RowsContract.Claim;
import org.tanada.common.row.RowsContract.Name;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.deploy.Tanada;
import org.tanada.deploy.backup.BackupFixture;
import org.tanada.deploy.backup.LiveFiles.Content;
import org.tanada.deploy.backup.Single;
import org.tanada.deploy.backup.SingleRestoration;
import org.tanada.deploy.backup.SingleRestoration.Brought;
import org.tanada.deploy.backup.SingleRestoration.Found;
import org.tanada.deploy.backup.Waiting;
import org.tanada.deploy.build.Java;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.process.ServiceEnvironment;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;

/** What comes back by itself, into a system of real databases, a router and a storage node. */
@Tag("servers")
@Timeout(420)
class RestoreOnlyTests extends BackupFixture {
  private static final int SHARDS = 4;
  private static final String VIDEOS = "storage-videos";

  private final IdGenerator ids = new IdGenerator(InstantSource.system(), new SecureRandom());
  private NativeLauncher launcher;
  private RowsContract rows;
  private RunningFiles files;

  @Override
  protected Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  @Override
  protected List<Tier> tiers() {
    return List.of(CLUSTER, STORAGE, new Tier("router", 1, List.of()));
  }

  @Override
  protected void begun(Topology topology) throws Exception {
    Inventory.write(home, topology.nodes());
    launcher = new NativeLauncher(home);
    for (PlannedNode node : topology.nodes()) {
      if (node.kind() == Kind.ROUTER || node.kind() == Kind.STORAGE) {
        startService(node);
      }
    }
    rows = new RunningDataTier(launcher).routers().getFirst();
    files = new RunningFiles(home, launcher);
  }

  private void startService(PlannedNode node) throws Exception {
    Module module = Module.of(node.kind());
    Path jar = module.jar(home.root()).orElse(null);
    assumeThat(jar).as(module.directory() + " is built").isNotNull();
    Path own = home.node(node.name());
    StateFiles.privateDirectory(own.resolve("data"));
    new Secrets(home).give(node.kind(), own.resolve("secrets"));
    ProcessBuilder builder =
        new ProcessBuilder(Java.program(), "-Xmx160m", "-jar", String.valueOf(jar));
    builder
        .environment()
        .putAll(
            ServiceEnvironment.of(
                node,
                home.inventory(),
                own.resolve("secrets"),
                own.resolve("data"),
                "http://localhost:8080"));
    builder.environment().put("TANADA_ROUTER_VIRTUALSHARDS", Integer.toString(SHARDS));
    processes.add(
        builder.redirectErrorStream(true).redirectOutput(own.resolve("test.log").toFile()).start());
    Waiting.until(
        node.name() + " is ready",
        () -> {
          try (HttpClient client = HttpClient.newHttpClient()) {
            return client
                    .send(
                        HttpRequest.newBuilder(node.control().resolve("/actuator/health/readiness"))
                            .build(),
                        HttpResponse.BodyHandlers.discarding())
                    .statusCode()
                == 200;
          } catch (IOException e) {
            throw new OperatorException("it does not answer yet", e);
          }
        });
  }

  private void commit(long owner, Write... writes) {
    String key = UUID.randomUUID().toString();
    rows.commit(new Transaction(owner, List.of(writes), List.of(), key, key, null));
  }

  private static Write insert(String table, long id, Map<String, @Nullable Object> values) {
    return new Write(Write.Operation.INSERT, table, id, null, values, Map.of());
  }

  private static Write delete(String table, long id) {
    return new Write(Write.Operation.DELETE, table, id, null, Map.of(), Map.of());
  }

  /** A user with a name, a password and a session. */
  private long user(String name, int shard) {
    long id = ids.next(shard);
    rows.claim(new Claim("username", name, "users", id));
    rows.claim(new Claim("email", name + "@example.com", "users", id));
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("email", name + "@example.com");
    values.put("username", name);
    values.put("display_name", name + " \"棚田\"\t\n\\n");
    values.put("bio", null);
    commit(
        id,
        insert("users", id, values),
        insert("credentials", id, Map.of("password_hash", "hash of " + name)),
        insert("sessions", ids.nextBeside(id), Map.of("secret_hash", "secret of " + name)));
    return id;
  }

  private void leave(long user, String name) {
    commit(user, delete("users", user), delete("credentials", user));
    rows.release(new Claim("username", name, "users", user));
    rows.release(new Claim("email", name + "@example.com", "users", user));
  }

  private long video(long seller, String content) throws Exception {
    long id = ids.nextBeside(seller);
    long file = ids.nextBeside(seller);
    Path path = Files.writeString(directory.resolve("content"), content);
    String digest =
        HexFormat.of()
            .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
    assertThat(files.put(VIDEOS, file, new Content("video/mp4", digest, path))).isTrue();
    commit(
        seller,
        insert("videos", id, Map.of("title", content, "price_minor", 500L, "content_id", file)));
    return id;
  }

  private @Nullable Row row(String table, long id) {
    return rows.read(new RowsContract.Read(List.of(new RowKey(table, id)), Consistency.PRIMARY))
        .rows()
        .getFirst();
  }

  private @Nullable Object value(String table, long id, String column) {
    Row row = row(table, id);
    assertThat(row).as(table + " " + id).isNotNull();
    return row == null ? null : row.values().get(column);
  }

  private long file(long video) {
    Object id = value("videos", video, "content_id");
    assertThat(id).isInstanceOf(Long.class);
    return id instanceof Long found ? found : 0;
  }

  private Optional<Path> blob(long id) throws IOException {
    try (Stream<Path> all = Files.walk(home.node(VIDEOS + "-1").resolve("data/blobs"))) {
      return all.filter(path -> path.getFileName().toString().equals(id + ".blob")).findAny();
    }
  }

  private void deleteFile(long id) throws Exception {
    CredentialIssuer app =
        new CredentialIssuer(
            home.secrets().resolve(ServiceKeyring.file(ServiceName.APP)), InstantSource.system());
    Service node = launcher.services(VIDEOS).getFirst();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(node.address().resolve("/v1/blobs/" + id))
              .header(TanadaHeaders.SERVICE_CREDENTIAL, app.of(ServiceName.STORAGE))
              .DELETE()
              .build();
      assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
          .isEqualTo(204);
    }
  }

  /** Looks for a thing, and brings it back. */
  private Brought bring(String thing, Instant at, boolean replace, Asserted<Found> found)
      throws Exception {
    try (SingleRestoration restoration = new SingleRestoration(home, rows, files)) {
      SingleRestoration.Thing it = restoration.find(Single.parse(thing), at, replace, _ -> {});
      found.check(it.found());
      return it.bring();
    }
  }

  private record Outcome(int code, String out, String err) {}

  /** Types it, where a supervisor seems to run. */
  private Outcome tanada(String... more) throws IOException {
    StateFiles.writeJson(
        home.observed(),
        new Observed(ProcessId.of(ProcessHandle.current().pid()), "test", List.of()));
    List<String> words = new ArrayList<>(List.of("restore"));
    words.addAll(List.of(more));
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setProperty("tanada.home", home.directory().toString());
    System.setProperty("tanada.root", home.root().toString());
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int code = Tanada.execute(words.toArray(String[]::new));
      return new Outcome(
          code, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
      System.clearProperty("tanada.home");
      System.clearProperty("tanada.root");
    }
  }

  private interface Asserted<T> {
    void check(T value) throws Exception;
  }

  @Test
  void whatIsMissingComesBackAndWhatIsThereStaysUnlessToldOtherwise() throws Exception {
    long seller = user("seller", 1);
    long video = video(seller, "a film");
    long stays = user("stays", 1);
    long lost = video(stays, "lost by a disk");
    long leaves = user("leaves", 2);
    long going = user("going", 3);
    long ofLeaves = video(leaves, "of somebody who leaves");
    Row before = row("users", seller);
    backup();
    Instant moment = moment();
    long file = file(video);
    leave(seller, "seller");
    commit(seller, delete("videos", video));
    deleteFile(file);
    commit(
        stays,
        new Write(
            Write.Operation.UPDATE, "users", stays, null, Map.of("display_name", "New"), Map.of()));
    long late = video(stays, "of after the moment");
    leave(leaves, "leaves");
    commit(leaves, delete("videos", ofLeaves));
    long taker = user("leaves", 3);
    leave(going, "going");
    commit(
        going,
        insert("deletions", going, Map.of("state", "begun", "attempts", 0L, "not_before", 0L)));

    // a shard: what is missing, with the file that was deleted, under a new id
    Brought brought =
        bring(
            "shard=1",
            moment,
            false,
            found -> {
              assertThat(found.missing())
                  .isEqualTo(Map.of("users", 1, "credentials", 1, "videos", 1));
              assertThat(found.changed()).containsExactly("users " + stays);
              assertThat(found.files()).isEqualTo(1);
              assertThat(row("users", seller)).as("a look changes nothing").isNull();
            });
    assertThat(brought).isEqualTo(new Brought(3, 0, 1, List.of()));
    Row back = row("users", seller);
    assertThat(back == null || before == null ? null : back.values()).isEqualTo(before.values());
    assertThat(value("credentials", seller, "password_hash")).isEqualTo("hash of seller");
    assertThat(rows.resolve(new Name("email", "seller@example.com")).id()).isEqualTo(seller);
    assertThat(file(video)).isNotEqualTo(file);
    assertThat(blob(file(video))).isPresent();
    assertThat(value("users", stays, "display_name")).isEqualTo("New");
    assertThat(row("videos", late)).isNotNull();

    // a user who was changed, told to be replaced
    brought =
        bring(
            "user=stays@example.com", moment, true, found -> assertThat(found.missing()).isEmpty());
    assertThat(brought).isEqualTo(new Brought(0, 1, 0, List.of()));
    assertThat(value("users", stays, "display_name")).asString().startsWith("stays \"棚田\"\t\n");

    // a file that was lost, not deleted, under its own id; by the command line
    long same = file(lost);
    Files.delete(blob(same).orElseThrow());
    Outcome outcome = tanada("--at", moment.toString(), "--only", "video=" + lost, "--yes");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("missing are no rows and 1 files; 1 rows are as they were")
        .contains("brought back: 0 rows, 1 files; 0 rows replaced");
    assertThat(file(lost)).isEqualTo(same);
    assertThat(blob(same)).isPresent();

    // a name that is another's by now
    outcome = tanada("--at", moment.toString(), "--only", "user=" + leaves, "--yes");
    assertThat(outcome.code()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("users %d stays away: its username is held by %d now".formatted(leaves, taker))
        .hasLineCount(1);
    assertThat(row("users", leaves)).isNull();

    // somebody whose deletion is under way: it would go on with what comes back
    brought =
        bring(
            "user=going",
            moment,
            false,
            found ->
                assertThat(found.obstacles())
                    .singleElement()
                    .asString()
                    .contains("is being deleted"));
    assertThat(brought.rows()).isZero();
    assertThat(row("users", going)).isNull();

    // what cannot be
    assertThatThrownBy(() -> bring("video=" + ofLeaves, moment, false, _ -> {}))
        .hasMessageContaining("the seller of video " + ofLeaves + " is not there");
    assertThat(home.directory().resolve("backup/single")).doesNotExist();
  }
}
