package org.tanada.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.blob.FileMove;
import org.tanada.common.blob.testing.MovingLoad;
import org.tanada.common.blob.testing.S3Server;
import org.tanada.common.testing.Poll;
import org.tanada.storage.StorageCluster;
import tools.jackson.databind.json.JsonMapper;

/** A purpose whose files move between the disks of two nodes and a bucket. */
@Tag("servers")
@Timeout(3600)
class MoveTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String DISK = "disk";
  private static final String S3 = "s3";
  private static final String FAST = "tanada.storage.repair-interval=100ms";

  /** Ids that the load has not. */
  private final AtomicLong ids = new AtomicLong(1_000_000);

  @TempDir Path root;
  private S3Server s3;
  private StorageCluster files;

  @BeforeEach
  void begin() throws IOException {
    s3 = new S3Server(Files.createDirectory(root.resolve("server")));
    files = new StorageCluster(root, "videos").list(1, 2);
  }

  @AfterEach
  void end() {
    files.close();
    s3.close();
  }

  private String[] settings(String backend, @Nullable String other, String... more) {
    Stream<String> own =
        other == null
            ? Stream.of(FAST, "tanada.storage.backend=" + backend)
            : Stream.of(
                FAST, "tanada.storage.backend=" + backend, "tanada.storage.other-backend=" + other);
    Stream<String> bucket =
        backend.equals(DISK) && other == null
            ? Stream.of()
            : Arrays.stream(s3.settings()).filter(each -> !each.contains(".backend="));
    return Stream.of(own, bucket, Arrays.stream(more)).flatMap(each -> each).toArray(String[]::new);
  }

  private FileMove ask(HttpRequest.Builder request) {
    HttpResponse<byte[]> answer = files.send(request);
    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isLessThan(300);
    return JSON.readValue(answer.body(), FileMove.class);
  }

  private FileMove state(int n) {
    return ask(files.request(n, FileMove.PATH));
  }

  private FileMove begin(int n) {
    return ask(files.request(n, FileMove.PATH).POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** One whole pass of a node. */
  private FileMove pass(int n) {
    long before = begin(n).passes();
    Poll.until("the pass of node " + n + " ends", () -> state(n).passes() > before);
    return state(n);
  }

  /** Restarts the nodes, which run as processes, as the command does. */
  private void roll(String backend, @Nullable String other) throws IOException {
    for (int n = 1; n <= 2; n++) {
      awaitCopies();
      files.end(n);
      files.startProcess(n, settings(backend, other, "tanada.storage.move-rate=6MB"));
      awaitEachOther();
    }
    awaitCopies();
  }

  /** A node that writes to disks sees the other one: what it takes now is on both. */
  private void awaitEachOther() {
    for (int n = 1; n <= 2; n++) {
      if (state(n).backend().equals(DISK)) {
        int node = n;
        Poll.until(
            "node " + n + " sees the other one",
            () -> {
              long id = ids.incrementAndGet();
              files.put(node, id, "video/mp4", random(10));
              return files.copy(1, id).statusCode() == 200 && files.copy(2, id).statusCode() == 200;
            });
      }
    }
  }

  private void awaitCopies() {
    Poll.until("no copy is owed", () -> state(1).owed() == 0 && state(2).owed() == 0);
  }

  /** Lets node 1 be killed in the middle of its pass, and then all passes end. */
  private void passes() throws IOException {
    begin(1);
    Poll.until(
        "node 1 is in the middle of its pass", () -> state(1).moved() >= 3 && state(1).left() > 3);
    FileMove seen = state(1);
    files.kill(1);
    assertThat(seen.running()).isTrue();
    files.startProcess(
        1, settings(seen.backend(), seen.otherBackend(), "tanada.storage.move-rate=6MB"));
    Poll.until(
        "both nodes find nothing left",
        () ->
            Stream.of(1, 2).map(this::pass).toList().stream()
                .allMatch(end -> end.left() == 0 && end.problem().isEmpty()));
  }

  @Test
  void filesAreReadAndWrittenWhileTheyMoveThereAndBackAndTheMoverIsKilled() throws Exception {
    files.startProcess(1, settings(DISK, null)).startProcess(2, settings(DISK, null));
    try (MovingLoad load = new MovingLoad(new Nodes(files), 1, 2)) {
      load.write(40, 300_000);
      load.write(2, 6 << 20); // more than a part
      load.write(1, 0);
      load.delete(3);
      load.begin();
      load.goOn();

      roll(DISK, S3);
      load.goOn();
      roll(S3, DISK);
      load.goOn();
      passes();
      load.goOn();
      assertThat(blobs()).isZero();
      roll(S3, null);
      load.goOn();

      roll(S3, DISK);
      load.goOn();
      roll(DISK, S3);
      load.goOn();
      passes();
      load.goOn();
      assertThat(s3.objects("videos")).isEmpty();
      roll(DISK, null);
      load.goOn();

      load.end();
      load.check();
      System.out.println(load);
    }
  }

  /** The nodes as the load asks them. */
  private record Nodes(StorageCluster files) implements MovingLoad.Nodes {
    @Override
    public int put(int node, long id, byte[] content) throws IOException {
      return answer(() -> files.put(node, id, "video/mp4", content)).statusCode();
    }

    @Override
    public HttpResponse<byte[]> get(int node, long id) throws IOException {
      return answer(() -> files.get(node, id));
    }

    @Override
    public int delete(int node, long id) throws IOException {
      return answer(() -> files.delete(node, id)).statusCode();
    }

    private static HttpResponse<byte[]> answer(Supplier<HttpResponse<byte[]>> request)
        throws IOException {
      try {
        return request.get();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
    }
  }

  private long blobs() {
    return Stream.of(1, 2)
        .flatMap(n -> files.files(n, "blobs").stream())
        .filter(file -> file.toString().endsWith(".blob"))
        .count();
  }

  @Test
  void idKeepsItsOneContentWhicheverPlaceHasIt() throws IOException {
    files.start(1, settings(DISK, null)).start(2, settings(DISK, null)).together();
    byte[] first = random(100);
    byte[] second = random(200);
    assertThat(files.put(1, 1, "video/mp4", first).statusCode()).isEqualTo(201);
    assertThat(files.put(1, 2, "video/mp4", first).statusCode()).isEqualTo(201);
    assertThat(files.delete(1, 2).statusCode()).isEqualTo(204);
    restart(S3, DISK);

    assertThat(files.put(2, 1, "video/mp4", first).statusCode()).isEqualTo(200);
    assertThat(files.put(2, 1, "video/mp4", second).statusCode()).isEqualTo(409);
    assertThat(files.put(2, 2, "video/mp4", second).statusCode()).isEqualTo(409);
    assertThat(files.put(2, 3, "video/mp4", second).statusCode()).isEqualTo(201);
    assertThat(blobs()).isEqualTo(2);
    assertThat(files.get(1, 3).body()).isEqualTo(second);
    HttpResponse<byte[]> joined =
        files.send(
            files
                .request(1, "/v1/blobs/4/composition")
                .header("Content-Type", "application/json")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "{\"contentType\": \"video/mp4\", \"length\": 300, \"parts\": [1, 3]}")));
    assertThat(joined.statusCode()).isEqualTo(201);
    String modified = files.get(1, 1).headers().firstValue("Last-Modified").orElseThrow();

    Stream.of(1, 2, 1).forEach(this::pass);
    assertThat(blobs()).isZero();
    restart(S3, null);

    assertThat(files.get(1, 1).body()).isEqualTo(first);
    assertThat(files.get(1, 1).headers().firstValue("Last-Modified")).hasValue(modified);
    assertThat(files.get(2, 4).body()).startsWith(first).endsWith(second).hasSize(300);
    assertThat(files.put(1, 2, "video/mp4", second).statusCode()).isEqualTo(409);
    assertThat(files.delete(1, 3).statusCode()).isEqualTo(204);

    restart(DISK, S3);
    assertThat(files.put(2, 1, "video/mp4", first).statusCode()).isEqualTo(200);
    assertThat(files.put(2, 1, "video/mp4", second).statusCode()).isEqualTo(409);
    assertThat(files.put(2, 3, "video/mp4", first).statusCode()).isEqualTo(409);
    Stream.of(1, 2, 1, 2).forEach(this::pass);
    assertThat(s3.objects("videos")).isEmpty();
    restart(DISK, null);

    assertThat(files.get(1, 1).body()).isEqualTo(first);
    assertThat(files.get(2, 1).headers().firstValue("Last-Modified")).hasValue(modified);
    assertThat(files.get(2, 3).statusCode()).isEqualTo(404);
    assertThat(files.put(1, 3, "video/mp4", first).statusCode()).isEqualTo(409);
    assertThat(files.put(1, 2, "video/mp4", second).statusCode()).isEqualTo(409);
    assertThat(blobs()).as("two files on two nodes").isEqualTo(4);
  }

  private void restart(String backend, @Nullable String other) throws IOException {
    for (int n = 1; n <= 2; n++) {
      files.stop(n);
      files.start(n, settings(backend, other));
    }
    files.together();
  }

  @Test
  void damagedCopyIsNotWhatIsMoved() throws IOException {
    files.start(1, settings(DISK, null)).start(2, settings(DISK, null)).together();
    byte[] content = random(200_000);
    assertThat(files.put(1, 1, "video/mp4", content).statusCode()).isEqualTo(201);
    restart(S3, DISK);
    Path copy =
        files.files(1, "blobs").stream()
            .filter(file -> file.toString().endsWith("1.blob"))
            .findFirst()
            .orElseThrow();
    byte[] damaged = Files.readAllBytes(copy);
    damaged[150_000] ^= 1;
    Files.write(copy, damaged);

    Poll.until(
        "the file is in the bucket, and on no disk",
        () -> {
          pass(1);
          pass(2);
          return blobs() == 0;
        });

    assertThat(files.get(1, 1).body()).isEqualTo(content);
    assertThat(files.get(2, 1).body()).isEqualTo(content);
  }

  @Test
  void whatTheBucketDoesNotTakeStaysWhereItIs() throws IOException {
    files.start(1, settings(DISK, null)).start(2, settings(DISK, null)).together();
    byte[] content = random(1000);
    assertThat(files.put(2, 1, "video/mp4", content).statusCode()).isEqualTo(201);
    restart(S3, DISK);
    s3.kill();

    FileMove end = pass(1);

    assertThat(end.left()).isPositive();
    assertThat(end.problem()).contains("bucket");
    assertThat(files.get(1, 1).body())
        .as("read from the disk, without the bucket")
        .isEqualTo(content);
    assertThat(files.put(1, 2, "video/mp4", content).statusCode()).isEqualTo(503);
    s3.start();
    Poll.until("it goes on", () -> pass(1).left() == 0 && pass(1).problem().isEmpty());
    assertThat(files.get(1, 1).body()).isEqualTo(content);
  }

  @Test
  void bucketIsTriedBeforeAnythingIsChanged() throws IOException {
    files.start(1, settings(DISK, null));
    assertThat(files.put(1, 1, "video/mp4", random(100)).statusCode()).isEqualTo(201);

    assertThat(attempt("another-bucket", root.resolve("server/credentials")))
        .contains("502")
        .contains("Bucket another-bucket cannot be used: it is not there.");
    assertThat(attempt(S3Server.BUCKET, s3.wrongCredentials()))
        .contains("502")
        .contains("these credentials are not let in");
    assertThat(attempt(S3Server.BUCKET, root.resolve("none"))).contains("400").contains("none");
    assertThat(s3.objects("")).isEmpty();
    assertThat(attempt(S3Server.BUCKET, root.resolve("server/credentials"))).startsWith("204");
    assertThat(s3.objects("")).isEmpty();
    assertThat(files.send(post(FileMove.PATH, "{}")).statusCode()).isEqualTo(409);

    files.stop(1);
    files.start(1, settings(S3, DISK));
    assertThat(pass(1).left()).isZero();
    assertThat(attempt(S3Server.BUCKET, root.resolve("server/credentials")))
        .contains("409")
        .contains("give another prefix");
  }

  private String attempt(String bucket, Path credentials) {
    Map<String, Object> body =
        Map.of(
            "endpoint",
            s3.address().toString(),
            "region",
            "us-east-1",
            "bucket",
            bucket,
            "prefix",
            "of-tests/",
            "pathStyle",
            true,
            "credentials",
            credentials.toString());
    HttpResponse<byte[]> answer = files.send(post(FileMove.TRIALS, JSON.writeValueAsString(body)));
    return answer.statusCode() + " " + new String(answer.body(), UTF_8);
  }

  private HttpRequest.Builder post(String path, String body) {
    return files
        .request(1, path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
