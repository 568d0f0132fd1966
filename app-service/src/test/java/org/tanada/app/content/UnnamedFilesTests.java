package org.tanada.app.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.config.AppProperties;
import org.tanada.app.data.ShopRows;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Crashes;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.TestPictures;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;

/** Wherever an app server dies, there is no file for long that no row names. */
@AppTest
class UnnamedFilesTests {
  private static final byte[] MP4 = "\0\0\0\030ftypisom and more".getBytes(ISO_8859_1);
  private static final byte[] PNG = TestPictures.of("png", 64, 64);

  @LocalServerPort int port;
  @Autowired DirectoryBlobs blobs;
  @Autowired InMemoryRows rows;
  @Autowired ShopRows shopRows;
  @Autowired Files files;
  @Autowired IdGenerator ids;
  @Autowired AppProperties properties;
  @Autowired Crashes crashes;
  private UnnamedFileCleaner tomorrow;
  private Client user;

  @BeforeEach
  void start() {
    Duration later = properties.unnamedFileAge().plusMinutes(1);
    tomorrow = cleaner(() -> Instant.now().plus(later));
    user = Client.newUser(port);
    tomorrow.sweep();
  }

  @AfterEach
  void mend() {
    crashes.takenOver();
  }

  @Test
  void avatarThatWasReplacedIsGone() {
    int points =
        everywhere(
            "profiles",
            2,
            () -> {
              Client somebody = Client.newUser(port);
              somebody.put("/api/v1/me/avatar", "image/png", PNG).is(200);
              return somebody;
            },
            somebody -> somebody.put("/api/v1/me/avatar", "image/png", PNG));

    assertThat(points)
        .isGreaterThan(16); // two announcements, files, their row; two files and announcements go
  }

  @Test
  void contentThatWasReplacedIsGone() {
    int points = everywhere("videos", 1, this::video, this::content);

    assertThat(points).isGreaterThan(9);
  }

  @Test
  void contentOfADeletedVideoIsGone() {
    int points =
        everywhere(
            "videos",
            -1,
            this::video,
            video -> user.with("If-Match", "*").delete("/api/v1/videos/" + video));

    assertThat(points).isGreaterThan(5);
  }

  @Test
  void invoiceIsThereOnce() {
    Client buyer = Client.newUser(port);
    int points =
        everywhere(
            "invoices",
            1,
            () -> {
              String video = video();
              user.post("/api/v1/videos/" + video + "/publication", "").is(200);
              return new Purchase(
                  buyer.with("Idempotency-Key", UUID.randomUUID().toString()), video);
            },
            purchase -> {
              String order = purchase.order();
              if (order != null) {
                Poll.until(() -> crashes.dead() || invoice(order) != null);
              }
            },
            purchase -> {
              String order = Objects.requireNonNull(purchase.order());
              Poll.until(() -> {
                buyer.get("/api/v1/orders/" + order + "/invoice"); // makes what is missing
                return invoice(order) != null;
              });
            });

    assertThat(points).isGreaterThan(7);
  }

  @Test
  void whoTakesTooLongIsRefusedAndKeepsWhatTheyHad() throws Exception {
    String video = video();
    long owner = Long.parseLong(user.id());
    List<Path> before = blobs.files("videos");
    long id = ids.nextBeside(owner);
    InputStream slow =
        new FilterInputStream(new ByteArrayInputStream(MP4)) {
          @Override
          public int read(byte[] bytes, int from, int length) throws IOException {
            tomorrow.sweep(); // the day is over
            return super.read(bytes, from, length);
          }
        };

    assertThatThrownBy(() ->
            files.store(
                owner,
                "videos",
                id,
                new Content(FileType.MP4, slow, MP4.length),
                fresh -> shopRows.commit(owner, fresh.named())))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.NOT_FOUND));

    assertThat(blobs.files("videos")).containsExactlyInAnyOrderElementsOf(before);
    assertThat(announced()).isEmpty();
    assertThat(blobs.read("videos", contentOf(video))).isEqualTo(MP4);
  }

  @Test
  void fileThatIsNamedAgainByARestoredRowStays() throws Exception {
    String video = video();
    long content = contentOf(video);
    shopRows.commit(Long.parseLong(user.id()), Files.unnamed("videos", content));

    tomorrow.sweep();

    assertThat(blobs.read("videos", content)).isEqualTo(MP4);
    assertThat(announced()).isEmpty();
  }

  @Test
  void whatIsAnnouncedTodayIsLeftAlone() {
    shopRows.commit(
        Long.parseLong(user.id()),
        Files.unnamed("videos", ids.nextBeside(Long.parseLong(user.id()))));

    cleaner(InstantSource.system()).sweep();
    assertThat(announced()).hasSize(1);

    tomorrow.sweep();
    assertThat(announced()).isEmpty();
  }

  private <T> int everywhere(String purpose, int more, Supplier<T> given, Consumer<T> dies) {
    return everywhere(purpose, more, given, dies, dies);
  }

  /**
   * Lets the server die at each of its steps.
   *
   * @param more how many files there are more afterwards than before what is given; a replacement
   *     has as many as before, and what is given has them already
   */
  private <T> int everywhere(
      String purpose, int more, Supplier<T> given, Consumer<T> dies, Consumer<T> again) {
    int points = 0;
    for (boolean died = true; died; points++) {
      int before = blobs.files(purpose).size();
      T thing = given.get();
      int had = blobs.files(purpose).size();
      crashes.after(points);
      dies.accept(thing);
      died = crashes.takenOver();

      if (died) {
        again.accept(thing); // by another server
      }
      tomorrow.sweep();

      assertThat(blobs.files(purpose))
          .as("after a death at point %d", points)
          .hasSize(more < 0 ? had + more : before + more);
      assertThat(announced()).isEmpty();
    }
    return points;
  }

  private UnnamedFileCleaner cleaner(InstantSource clock) {
    return new UnnamedFileCleaner(shopRows, files, clock, properties);
  }

  private List<Row> announced() {
    return rows.all("unnamed_files");
  }

  /** A video with content. */
  private String video() {
    String video =
        user.post(
                "/api/v1/videos",
                "{\"title\": \"T\", \"price\": {\"amountMinor\": 0, \"currency\": \"USD\"}}")
            .is(201)
            .json()
            .get("id")
            .asString();
    content(video);
    return video;
  }

  private void content(String video) {
    user.put("/api/v1/videos/" + video + "/content", "video/mp4", MP4);
  }

  private long contentOf(String video) {
    return ((Number) Objects.requireNonNull(value("videos", video, "content_id"))).longValue();
  }

  private @Nullable Object invoice(String order) {
    return value("orders", order, "invoice_id");
  }

  private @Nullable Object value(String table, String id, String column) {
    return rows.all(table).stream()
        .filter(row -> row.id() == Long.parseLong(id))
        .findFirst()
        .orElseThrow()
        .values()
        .get(column);
  }

  /**
   * Somebody who buys a video, once however often they ask.
   *
   * @param buyer with the key of their wish
   * @param video what they buy
   */
  private record Purchase(Client buyer, String video) {
    /** Its id; null if the server died. */
    @Nullable String order() {
      Client.Answer answer = buyer.post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}");
      return answer.response().statusCode() == 201 ? answer.json().get("id").asString() : null;
    }
  }
}
