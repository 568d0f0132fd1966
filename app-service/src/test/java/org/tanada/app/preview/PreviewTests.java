package org.tanada.app.preview;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.util.unit.DataSize;
import org.tanada.app.content.FileType;
import org.tanada.app.data.ShopRows;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Crashes;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.TestPictures;
import org.tanada.app.video.VideoPreview;
import org.tanada.common.row.Row;
import org.tanada.common.row.Write;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;
import tools.jackson.databind.JsonNode;

/** What is seen in videos, by the real ffmpeg and by what stands in its place. */
@AppTest
@ExtendWith(OutputCaptureExtension.class)
class PreviewTests {
  /** 8 seconds, 640 by 360, H.264; its index is at the beginning. */
  private static final Path WATER =
      Path.of("../deploy/src/main/resources/org/tanada/deploy/demo/water.mp4");

  private static final byte[] PNG = TestPictures.of("png", 64, 36);
  private static final Duration LEASE = Duration.ofMinutes(10);
  private static final int ATTEMPTS = 3;

  @LocalServerPort int port;
  @Autowired ShopRows shopRows;
  @Autowired InMemoryRows rows;
  @Autowired DirectoryBlobs blobs;
  @Autowired Crashes crashes;
  @Autowired VideoLook looking;
  @Autowired Posters posters;
  @TempDir Path directory;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private Client owner;
  private Client anyone;

  @BeforeEach
  void start() {
    owner = Client.newUser(port);
    anyone = new Client(port);
    for (Row row : rows.all("video_previews")) { // of other tests
      shopRows.commit(
          row.owner(),
          Write.update(
              VideoPreview.TABLE, row.id(), null, Map.of("state", VideoPreview.State.FAILED)));
    }
  }

  @AfterEach
  void mend() {
    crashes.takenOver();
    blobs.breakOffAfter(-1);
  }

  @Test
  void videoGetsAPictureAndItsLength() throws Exception {
    assumeFfmpeg();
    String video = upload("video/mp4", Files.readAllBytes(WATER));
    owner.get(preview(video)).isProblem(404, "not-found");

    work("ffmpeg", "ffprobe").sweep();

    JsonNode seen = owner.get(preview(video)).is(200).json();
    assertThat(seen.get("durationSeconds").asDouble()).isBetween(1.0, 60.0);
    String poster = seen.get("poster").asString();
    anyone.get(preview(video)).isProblem(404, "not-found");
    anyone.get(poster).isProblem(404, "not-found");
    Client.newUser(port).get(poster).isProblem(404, "not-found");
    Client.Answer own = owner.get(poster).is(200);
    assertThat(own.header("Cache-Control")).isEqualTo("private, no-store");
    assertThat(own.header("Content-Type")).isEqualTo("image/jpeg");
    byte[] jpeg = own.response().body();
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(jpeg));
    assertThat(picture.getWidth()).isEqualTo(640);
    assertThat(picture.getHeight()).isEqualTo(360);
    assertThat(new String(jpeg, ISO_8859_1)).doesNotContain("Exif", "Lavc");

    owner.post("/api/v1/videos/" + video + "/publication", "").is(200);

    assertThat(anyone.get(poster).is(200).header("Cache-Control")).startsWith("public, ");
    assertThat(anyone.get("/videos/" + video + "/watch").is(200).text())
        .contains("poster=\"" + poster + "\"")
        .containsPattern("<time class=\"muted\" datetime=\"PT[0-9]+S\">0:[0-9]{2}</time>");
    Poll.until(() -> anyone.get("/").is(200).text().contains("src=\"" + poster + "\""));
  }

  @Test
  void ofALargeFileTheBeginningAndTheIndexAreEnough() throws Exception {
    assumeFfmpeg();
    Path behind = directory.resolve("behind.mp4");
    ffmpeg("-i", WATER.toAbsolutePath().toString(), "-c", "copy", behind.toString());
    byte[] file = Files.readAllBytes(behind);
    assertThat(new String(file, 0, 40_000, ISO_8859_1)).doesNotContain("moov");
    Path sample = directory.resolve("content");

    VideoSample.write(new ByteArrayInputStream(file), file.length, FileType.MP4, 40_000, sample);

    assertThat(ffmpeg().look(sample, FileType.MP4))
        .isInstanceOfSatisfying(
            Look.Seen.class,
            seen -> {
              assertThat(seen.durationMillis()).isBetween(1_000L, 60_000L);
              assertThat(seen.frame()).isNotNull();
            });
  }

  @Test
  void webmIsLookedIntoAsWell() throws Exception {
    assumeFfmpeg();
    Path webm = directory.resolve("content");
    ffmpeg(
        "-f",
        "lavfi",
        "-i",
        "testsrc=duration=2:size=64x48:rate=5",
        "-c:v",
        "libvpx",
        "-f",
        "webm",
        webm.toString());

    assertThat(ffmpeg().look(webm, FileType.WEBM))
        .isInstanceOfSatisfying(
            Look.Seen.class,
            seen -> {
              assertThat(seen.durationMillis()).isBetween(1_500L, 2_500L);
              assertThat(seen.frame()).isNotNull();
            });
  }

  @Test
  void soundAloneHasALengthAndNoPicture() throws Exception {
    assumeFfmpeg();
    Path sound = directory.resolve("content");
    ffmpeg("-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac", "-f", "mp4", sound.toString());

    assertThat(ffmpeg().look(sound, FileType.MP4))
        .isInstanceOfSatisfying(
            Look.Seen.class,
            seen -> {
              assertThat(seen.durationMillis()).isBetween(1_500L, 2_500L);
              assertThat(seen.frame()).isNull();
            });
  }

  @Test
  void whatIsNoVideoOrABrokenOneIsLookedIntoOnce() throws Exception {
    assumeFfmpeg();
    byte[] water = Files.readAllBytes(WATER);
    byte[] broken = water.clone();
    java.util.Arrays.fill(broken, 40, broken.length, (byte) 0x5a);
    String none = upload("video/mp4", "\0\0\0\030ftypisom and more".getBytes(ISO_8859_1));
    String damaged = upload("video/mp4", broken);

    work("ffmpeg", "ffprobe").sweep();

    for (String video : List.of(none, damaged)) {
      assertThat(row(video).values())
          .containsEntry("state", "FAILED")
          .containsEntry("poster_id", null);
      owner.get(preview(video)).isProblem(404, "not-found");
      assertThat(owner.get("/api/v1/videos/" + video + "/playback").is(200)).isNotNull();
    }
    assertThat(named()).containsAll(stored());
  }

  @Test
  void noFileMakesItOpenAnAddressOrAnotherFile() throws Exception {
    assumeFfmpeg();
    Path file = directory.resolve("content");
    try (ServerSocket elsewhere = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String address = "http://127.0.0.1:" + elsewhere.getLocalPort() + "/x.ts";
      for (FileType type : FileType.VIDEOS) {
        Files.writeString(
            file, "#EXTM3U\n#EXTINF:1,\n" + address + "\n#EXTINF:1,\nfile:/etc/passwd\n");
        assertThat(ffmpeg().look(file, type)).isInstanceOf(Look.Unreadable.class);
        Files.writeString(file, "ffconcat version 1.0\nfile " + address + "\n");
        assertThat(ffmpeg().look(file, type)).isInstanceOf(Look.Unreadable.class);
      }
      elsewhere.setSoTimeout(1);
      org.assertj.core.api.Assertions.assertThatThrownBy(elsewhere::accept)
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void otherContentGetsAnotherPictureAndADeletedVideoLeavesNone() throws Exception {
    PreviewWork work = work(drawing(), telling());
    String video = upload("video/mp4", Files.readAllBytes(WATER));
    work.sweep();
    Object first = row(video).values().get("poster_id");

    content(video, "video/mp4", Files.readAllBytes(WATER));
    assertThat(row(video).values()).containsEntry("state", "DUE").containsEntry("poster_id", null);
    owner.get(preview(video)).isProblem(404, "not-found");
    assertThat(stored()).doesNotContain((Long) first);
    work.sweep();

    Long second = (Long) Objects.requireNonNull(row(video).values().get("poster_id"));
    assertThat(stored()).contains(second);
    owner.with("If-Match", "*").delete("/api/v1/videos/" + video).is(204);
    assertThat(rows.all("video_previews")).noneMatch(row -> row.id() == Long.parseLong(video));
    assertThat(stored()).doesNotContain(second);
  }

  @Test
  void whoEditsAVideoIsNotDisturbed() throws Exception {
    String video = upload("video/mp4", Files.readAllBytes(WATER));
    String version = owner.get("/api/v1/videos/" + video).is(200).header("ETag");

    work(drawing(), telling()).sweep();

    owner
        .with("If-Match", version)
        .patch("/api/v1/videos/" + video, "{\"title\": \"Other\"}")
        .is(200);
  }

  @Test
  void whereverAServerDiesAnotherOneLooksAndNoFileIsForgotten() throws Exception {
    int points = 0;
    for (boolean died = true; died; points++) {
      String video = upload("video/mp4", Files.readAllBytes(WATER));
      crashes.after(points);
      try {
        work(drawing(), telling()).sweep();
      } catch (RuntimeException e) {
        assertThat(e).hasMessageContaining("on purpose");
      }
      died = crashes.takenOver();

      PreviewWork other = work(drawing(), telling());
      if (attempts(video) == 1 && "DUE".equals(row(video).values().get("state"))) {
        other.sweep();
        assertThat(row(video).values()).as("another has it").containsEntry("state", "DUE");
      }
      now.updateAndGet(time -> time.plus(LEASE).plusSeconds(1));
      other.sweep();

      assertThat(row(video).values()).containsEntry("state", "DONE");
      assertThat(named()).as("after a death at point %d", points).containsAll(stored());
    }
    assertThat(points).isGreaterThan(6); // the row, the announcement, the file, both rows
  }

  @Test
  void programThatHangsIsStoppedAndTriedAgainButNotForEver() throws Exception {
    PreviewWork work = work(drawing(), script("exec sleep 86396"), Duration.ofMillis(200));
    String video = upload("video/mp4", Files.readAllBytes(WATER));

    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      work.sweep();
      assertThat(row(video).values()).containsEntry("state", "DUE");
      assertThat(attempts(video)).isEqualTo(attempt);
      work.sweep();
      assertThat(attempts(video)).as("it waits").isEqualTo(attempt);
      now.updateAndGet(time -> time.plus(LEASE));
    }
    work.sweep();

    assertThat(row(video).values()).containsEntry("state", "FAILED");
    assertThat(metrics.counter("tanada.previews", "outcome", "given-up").count())
        .isEqualTo(ATTEMPTS);
    assertThat(ProcessHandle.current().descendants())
        .noneMatch(
            child -> List.of(child.info().arguments().orElse(new String[0])).contains("86396"));
  }

  @Test
  void pictureThatIsNoneIsLeftOutAndTheLengthStays() throws Exception {
    String video = upload("video/mp4", Files.readAllBytes(WATER));

    work(script("echo no picture"), telling()).sweep();

    assertThat(row(video).values()).containsEntry("state", "DONE").containsEntry("poster_id", null);
    JsonNode seen = owner.get(preview(video)).is(200).json();
    assertThat(seen.get("durationSeconds").asDouble()).isEqualTo(12.5);
    assertThat(seen.get("poster").isNull()).isTrue();
  }

  @Test
  void storageThatIsAwayCostsNoVideoItsPicture() throws Exception {
    String video = upload("video/mp4", Files.readAllBytes(WATER));
    rows.refuseTable("unnamed_files", true);
    try {
      for (int i = 0; i < 2 * ATTEMPTS; i++) {
        work(drawing(), telling()).sweep();
        now.updateAndGet(time -> time.plus(LEASE));
      }
    } finally {
      rows.refuseTable("unnamed_files", false);
    }
    assertThat(row(video).values()).containsEntry("state", "DUE");

    work(drawing(), telling()).sweep();

    assertThat(row(video).values()).containsEntry("state", "DONE");
  }

  @Test
  void withoutFfmpegNothingHappensAndTheStartSaysSo(CapturedOutput output) throws Exception {
    PreviewWork without = work("no-such-ffmpeg", "ffprobe");
    String video = upload("video/mp4", Files.readAllBytes(WATER));

    int before = output.getOut().length();
    without.start();
    without.sweep();

    assertThat(without.isRunning()).isFalse();
    assertThat(output.getOut().substring(before)).containsOnlyOnce("ffmpeg is not installed");
    assertThat(row(video).values()).containsEntry("state", "DUE");
    assertThat(attempts(video)).isZero();
    owner.post("/api/v1/videos/" + video + "/publication", "").is(200);
    assertThat(anyone.get("/videos/" + video + "/watch").is(200).text())
        .contains("poster=\"/posters/" + video + ".svg\"");
  }

  private static void assumeFfmpeg() {
    assumeThat(Ffmpeg.find(properties("ffmpeg", "ffprobe", Duration.ofMinutes(2))))
        .as("ffmpeg is installed (Debian's package ffmpeg)")
        .isPresent();
  }

  private static Ffmpeg ffmpeg() {
    return Ffmpeg.find(properties("ffmpeg", "ffprobe", Duration.ofMinutes(2))).orElseThrow();
  }

  private void ffmpeg(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("ffmpeg", "-v", "error", "-nostdin"));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue())
        .as(() -> {
          try {
            return Files.readString(directory.resolve("log"));
          } catch (IOException e) {
            return e.toString();
          }
        })
        .isZero();
  }

  private PreviewWork work(String ffmpeg, String ffprobe) {
    return work(ffmpeg, ffprobe, Duration.ofMinutes(2));
  }

  private PreviewWork work(String ffmpeg, String ffprobe, Duration timeLimit) {
    return new PreviewWork(
        shopRows, looking, posters, now::get, properties(ffmpeg, ffprobe, timeLimit), metrics);
  }

  private static PreviewProperties properties(String ffmpeg, String ffprobe, Duration timeLimit) {
    return new PreviewProperties(
        ffmpeg,
        ffprobe,
        Duration.ofSeconds(10),
        LEASE,
        Duration.ofMinutes(1),
        ATTEMPTS,
        timeLimit,
        DataSize.ofGigabytes(1),
        DataSize.ofMegabytes(16));
  }

  /** In the place of ffmpeg: a program that draws a picture. */
  private String drawing() throws IOException {
    Path png = Files.write(directory.resolve("picture.png"), PNG);
    return script("exec cat '" + png.toAbsolutePath() + "'");
  }

  /** In the place of ffprobe: a program that sees 12.5 seconds of video. */
  private String telling() throws IOException {
    return script(
        "echo '{\"streams\": [{\"codec_type\": \"video\"}], \"format\": {\"duration\": \"12.5\"}}'");
  }

  private String script(String line) throws IOException {
    Path script = Files.createTempFile(directory, "program", ".sh");
    Files.writeString(script, "#!/bin/sh\n" + line + "\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toAbsolutePath().toString();
  }

  private String upload(String type, byte[] file) {
    String video =
        owner
            .post(
                "/api/v1/videos",
                "{\"title\": \"T\", \"price\": {\"amountMinor\": 0, \"currency\": \"USD\"}}")
            .is(201)
            .json()
            .get("id")
            .asString();
    content(video, type, file);
    return video;
  }

  private void content(String video, String type, byte[] file) {
    owner.put("/api/v1/videos/" + video + "/content", type, file).is(201);
    Instant after = Instant.now().plusMillis(1); // it is due from now on
    now.updateAndGet(time -> time.isBefore(after) ? after : time);
  }

  private static String preview(String video) {
    return "/api/v1/videos/" + video + "/preview";
  }

  private Row row(String video) {
    return rows.all("video_previews").stream()
        .filter(row -> row.id() == Long.parseLong(video))
        .findFirst()
        .orElseThrow();
  }

  private long attempts(String video) {
    return ((Number) Objects.requireNonNull(row(video).values().get("attempts"))).longValue();
  }

  private Set<Long> stored() {
    Set<Long> ids = new HashSet<>();
    blobs.files("videos").forEach(file -> ids.add(Long.parseLong(file.getFileName().toString())));
    return ids;
  }

  /** The files among the videos that a row names or announces. */
  private Set<Long> named() {
    Set<Long> ids = new HashSet<>();
    for (String table : List.of("videos", "video_previews")) {
      String column = table.equals("videos") ? "content_id" : "poster_id";
      for (Row row : rows.all(table)) {
        @Nullable Object file = row.values().get(column);
        if (file instanceof Long id) {
          ids.add(id);
        }
      }
    }
    rows.all("unnamed_files").forEach(row -> ids.add(row.id()));
    rows.all("upload_pieces").forEach(row -> ids.add(row.id()));
    return ids;
  }
}
