package org.tanada.app.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.data.ShopRows;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.Crashes;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.PurgeListener;
import org.tanada.app.testing.TestPictures;
import org.tanada.app.video.VideoPreview;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.Row;
import org.tanada.common.row.Write;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;

/** The end of an account, whatever dies on the way. */
@AppTest
class DeletionTests {
  private static final byte[] PNG = TestPictures.of("png", 64, 64);
  private static final byte[] MP4 =
      Arrays.copyOf("\0\0\0\u0018ftypmp42".getBytes(StandardCharsets.ISO_8859_1), 4096);
  private static final DeletionProperties PROPERTIES =
      new DeletionProperties(
          Duration.ofMinutes(15),
          Duration.ofSeconds(15),
          Duration.ofMinutes(3),
          Duration.ofSeconds(10));

  @LocalServerPort int port;
  @Autowired InMemoryRows rows;
  @Autowired DirectoryBlobs blobs;
  @Autowired FakeAccounts accounts;
  @Autowired PurgeListener edge;
  @Autowired Crashes crashes;
  @Autowired ShopRows shopRows;
  @Autowired IdGenerator ids;
  @Autowired List<Leaving> features;

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
  private Client buyer;

  /** The same work on another server, whose clock the test moves. */
  private Deletions other;

  @BeforeEach
  void start() {
    buyer = Client.newUser(port);
    other = new Deletions(shopRows, accounts, accounts, features, now::get, PROPERTIES);
  }

  @AfterEach
  void mend() {
    crashes.takenOver();
    accounts.down(false);
    edge.down(false);
    rows.deliverEffects();
  }

  /** Somebody with a picture, a video that was bought, one that was not, and a draft. */
  private record Seller(
      Client client,
      String bought,
      String other,
      String draft,
      List<String> pictures,
      List<Long> posters) {
    long id() {
      return Long.parseLong(client.id());
    }

    String username() {
      return client.user().get("username").asString();
    }
  }

  private Seller seller() {
    Client client = Client.newUser(port);
    Answer picture = client.put("/api/v1/me/avatar", "image/png", PNG).is(200);
    String bought = published(client);
    String other = published(client);
    return new Seller(
        client,
        bought,
        other,
        draft(client),
        List.of(
            picture.json().get("avatarUrl").asString(),
            picture.json().get("avatarSmallUrl").asString()),
        List.of(poster(bought), poster(other)));
  }

  /** As if somebody had looked into the video. */
  private long poster(String video) {
    long id = Long.parseLong(video);
    long file = ids.nextBeside(id);
    blobs.put("videos", file, "image/jpeg", new ByteArrayInputStream(PNG), PNG.length);
    Row preview = Objects.requireNonNull(row("video_previews", id));
    shopRows.commit(
        preview.owner(),
        Write.update(
            VideoPreview.TABLE,
            id,
            preview.version(),
            Map.of("state", VideoPreview.State.DONE, "posterId", file)));
    return file;
  }

  private static String draft(Client owner) {
    return owner
        .post(
            "/api/v1/videos",
            """
            {"title": "Rice terraces", "description": "Mail me at home.",
             "price": {"amountMinor": 450, "currency": "USD"}}\
            """)
        .is(201)
        .json()
        .get("id")
        .asString();
  }

  private static String published(Client owner) {
    String id = draft(owner);
    owner.put("/api/v1/videos/" + id + "/content", "video/mp4", MP4).is(201);
    owner.post("/api/v1/videos/" + id + "/publication", "").is(200);
    return id;
  }

  private void buy(String video) {
    int invoices = blobs.files("invoices").size();
    buyer.post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}").is(201);
    Poll.until(() -> blobs.files("invoices").size() > invoices);
    Poll.until(() ->
        rows.all("orders").stream()
            .filter(order -> order.values().get("video_id").equals(Long.parseLong(video)))
            .allMatch(order -> order.values().get("invoice_id") != null));
  }

  private int leave(Seller seller) {
    return seller.client().with("If-Match", "*").delete("/api/v1/me").response().statusCode();
  }

  /** The other server goes on, as long as it takes. */
  private void finish() {
    for (int i = 0; i < 10 && other.sweep().all() > 0; i++) {
      now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
    }
    assertThat(rows.all("deletions")).isEmpty();
  }

  private void isGone(Seller seller, boolean bought) {
    assertThat(row("users", seller.id())).isNull();
    assertThat(row("videos", Long.parseLong(seller.other()))).isNull();
    assertThat(row("videos", Long.parseLong(seller.draft()))).isNull();
    Row kept = row("videos", Long.parseLong(seller.bought()));
    if (bought) {
      assertThat(Objects.requireNonNull(kept).values())
          .containsEntry("state", "WITHDRAWN")
          .containsEntry("description", "")
          .containsEntry("title", "Rice terraces");
      assertThat(names("videos")).contains(String.valueOf(kept.values().get("content_id")));
      buyer.get("/api/v1/videos/" + seller.bought() + "/playback").is(200);
      assertThat(buyer.get("/videos/" + seller.bought() + "/watch").is(200).text())
          .contains("by a deleted user");
    } else {
      assertThat(kept).isNull();
    }
    String poster = seller.posters().getFirst().toString();
    String gone = seller.posters().getLast().toString();
    assertThat(names("videos").contains(poster)).isEqualTo(bought);
    assertThat(row("video_previews", Long.parseLong(seller.bought())) != null).isEqualTo(bought);
    assertThat(names("videos")).doesNotContain(gone);
    assertThat(row("video_previews", Long.parseLong(seller.other()))).isNull();
    assertThat(edge.purges())
        .anyMatch(purge -> purge.contains("/posters/" + seller.other() + "/" + gone + ".jpg"));
    for (String picture : seller.pictures()) {
      assertThat(names("profiles")).doesNotContain(picture.substring(picture.lastIndexOf('/') + 1));
      assertThat(edge.purges()).anyMatch(purge -> purge.contains(picture));
    }
    Client nobody = new Client(port);
    nobody.get("/api/v1/users/" + seller.id()).isProblem(404, "not-found");
    nobody.get("/api/v1/videos/" + seller.other()).isProblem(404, "not-found");
  }

  private List<String> names(String purpose) {
    return blobs.files(purpose).stream().map(Path::getFileName).map(Path::toString).toList();
  }

  private @Nullable Row row(String table, long id) {
    return rows.all(table).stream().filter(row -> row.id() == id).findFirst().orElse(null);
  }

  @Test
  void whereverTheServerDiesAnotherOneFinishes() {
    int points = 0;
    for (boolean died = true; died; points++) {
      Seller seller = seller();
      buy(seller.bought());
      int files = blobs.files("videos").size();
      crashes.after(points);

      int status = leave(seller);

      died = crashes.takenOver();
      if (died && rows.all("deletions").isEmpty()) {
        seller.client().get("/api/v1/me").is(200); // nothing has happened: they ask again
        assertThat(leave(seller)).isEqualTo(204);
      } else {
        assertThat(status).isIn(204, 500);
      }
      finish();
      isGone(seller, true);
      assertThat(blobs.files("videos")).as("after %d points", points).hasSize(files - 2);
    }
    assertThat(points).isGreaterThan(8);
  }

  @Test
  void whereverTheSecondServerDiesAThirdOneFinishes() {
    int points = 0;
    for (boolean died = true; died; points++) {
      Seller seller = seller();
      buy(seller.bought());
      assertThat(leave(seller)).isEqualTo(204);
      now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
      crashes.after(points);

      try {
        other.sweep();
      } catch (RuntimeException e) {
        assertThat(e).hasMessageContaining("on purpose");
      }

      died = crashes.takenOver();
      finish();
      isGone(seller, true);
    }
    assertThat(points).isGreaterThan(8);
  }

  @Test
  void fileWhoseRowWasNeverWrittenGoesWithTheAccount() {
    List<Path> before = blobs.files("profiles");
    int points = 0;
    for (boolean died = true; died; points++) {
      Client user = Client.newUser(port);
      crashes.after(points);
      user.put("/api/v1/me/avatar", "image/png", PNG);
      died = crashes.takenOver();

      user.with("If-Match", "*").delete("/api/v1/me").is(204);
      finish();

      assertThat(blobs.files("profiles"))
          .as("after a death at point %d", points)
          .containsExactlyInAnyOrderElementsOf(before);
      assertThat(ofOwner("unnamed_files", Long.parseLong(user.id()))).isEmpty();
    }
    assertThat(points).isGreaterThan(8); // two announcements, two files and their row
  }

  private List<Row> ofOwner(String table, long owner) {
    return rows.all(table).stream().filter(row -> row.owner() == owner).toList();
  }

  @Test
  void withoutTheAccountsNothingIsPromisedAndWithThemAllOfItComes() {
    Seller seller = seller();

    accounts.down(true);
    assertThat(leave(seller)).isEqualTo(503);
    accounts.down(false);
    seller.client().get("/api/v1/me").is(200);
    assertThat(leave(seller)).isEqualTo(204);
    finish();

    isGone(seller, false);
  }

  @Test
  void edgeThatCannotBePurgedHoldsTheContentBack() {
    Seller seller = seller();
    edge.down(true);

    assertThat(leave(seller)).isEqualTo(204);

    assertThat(row("users", seller.id())).as("the account does not wait for edges").isNull();
    now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
    for (int i = 0; i < 6; i++) {
      other.sweep();
      now.updateAndGet(time -> time.plus(Duration.ofHours(2)));
    }
    assertThat(rows.all("deletions"))
        .singleElement()
        .satisfies(row -> assertThat(row.values()).containsEntry("error", "unavailable"));
    assertThat(other.sweep().stuck()).isEqualTo(1);
    edge.down(false);
    finish();
    isGone(seller, false);
  }

  @Test
  void orderThatIsUnderWayKeepsItsVideo() {
    Seller seller = seller();
    rows.holdEffects(); // the sale does not come to the seller's shard
    buy(seller.bought());

    assertThat(leave(seller)).isEqualTo(204);
    finish();
    rows.deliverEffects();

    isGone(seller, true);
    assertThat(rows.all("sales")).anyMatch(sale -> sale.owner() == seller.id());
  }

  @Test
  void orderOfOneWhoSawTheVideoBeforeItLeftKeepsIt() {
    Seller seller = seller();

    assertThat(leave(seller)).isEqualTo(204);
    buyer
        .post("/api/v1/orders", "{\"videoId\": \"" + seller.bought() + "\"}")
        .isProblem(404, "not-found");
    now.updateAndGet(time -> time.plus(Duration.ofMinutes(10)));
    other.sweep();

    assertThat(row("videos", Long.parseLong(seller.bought())))
        .as("who has read it in time may still place an order")
        .isNotNull();
    finish();
    isGone(seller, false);
  }

  @Test
  void leavingTwiceIsLeavingOnceAndTheNameIsFreeAgain() {
    Seller seller = seller();

    assertThat(leave(seller)).isEqualTo(204);
    assertThat(leave(seller)).isEqualTo(401);
    finish();

    new Client(port)
        .post(
            "/api/v1/users",
            """
            {"email": "%s@example.org", "username": "%s", "displayName": "Somebody",
             "password": "correct horse"}\
            """
                .formatted(seller.username(), seller.username()))
        .is(201);
  }

  @Test
  void whoIsBeingDeletedIsToldWhenSigningInAndIsSeenByNobody() {
    Seller seller = seller();
    accounts.beginDeletion(seller.id()); // and the server that asked for it died

    new Client(port)
        .post(
            "/api/v1/tokens",
            """
            {"grantType": "password", "email": "%s@example.org", "password": "correct horse"}\
            """
                .formatted(seller.username()))
        .isProblem(403, "account-deleted");
    new Client(port).get("/api/v1/users/" + seller.id()).isProblem(404, "not-found");
    seller.client().put("/api/v1/me/avatar", "image/png", PNG).isProblem(401, "invalid-token");
    finish();
    isGone(seller, false);
  }
}
