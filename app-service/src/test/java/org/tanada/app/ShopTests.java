package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.openpdf.text.pdf.PdfReader;
import org.openpdf.text.pdf.parser.PdfTextExtractor;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.PurgeListener;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;

/** The shop from the first upload to the invoice, over HTTP. */
@AppTest
class ShopTests {
  static final byte[] MP4 =
      Arrays.copyOf("\0\0\0\u0018ftypmp42".getBytes(StandardCharsets.ISO_8859_1), 4096);

  @LocalServerPort int port;
  @Autowired DirectoryBlobs blobs;
  @Autowired InMemoryRows rows;
  @Autowired PurgeListener edge;
  Client seller;
  Client buyer;

  @BeforeEach
  void signUp() {
    seller = Client.newUser(port);
    buyer = Client.newUser(port);
  }

  static Answer draft(Client owner, long amount) {
    return owner
        .post(
            "/api/v1/videos",
            """
            {"title": "Rice terraces", "description": "At dawn.",
             "price": {"amountMinor": %d, "currency": "USD"}}\
            """
                .formatted(amount))
        .is(201);
  }

  static String published(Client owner, long amount) {
    String id = draft(owner, amount).json().get("id").asString();
    owner.put("/api/v1/videos/" + id + "/content", "video/mp4", MP4).is(201);
    owner.post("/api/v1/videos/" + id + "/publication", "").is(200);
    return id;
  }

  static String order(Client buyer, String video) {
    return buyer
        .post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}")
        .is(201)
        .json()
        .get("id")
        .asString();
  }

  @Test
  void draftIsCreatedUploadedAndPublished() throws Exception {
    Answer created = draft(seller, 450);
    String path = created.header("Location");
    assertThat(created.json().get("id").isString()).isTrue();
    assertThat(path).isEqualTo("/api/v1/videos/" + created.json().get("id").asString());
    assertThat(created.header("ETag")).isEqualTo("\"1\"");
    assertThat(created.json().get("state").asString()).isEqualTo("draft");
    assertThat(created.json().get("price").toString())
        .isEqualTo("{\"amountMinor\":450,\"currency\":\"USD\"}");
    assertThat(created.json().get("createdAt").asString())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z");
    new Client(port).get(path).isProblem(404, "not-found");
    buyer.get(path).isProblem(404, "not-found");
    seller.post(path + "/publication", "").isProblem(409, "conflict");

    Answer uploaded = seller.put(path + "/content", "video/mp4", MP4).is(201);
    assertThat(uploaded.json().get("content").get("size").asLong()).isEqualTo(MP4.length);
    Answer published = seller.post(path + "/publication", "").is(200);

    assertThat(published.json().get("state").asString()).isEqualTo("published");
    new Client(port).get(path).is(200);
    String id = created.json().get("id").asString();
    Answer first = buyer.get("/api/v1/videos?limit=1").is(200);
    assertThat(first.json().get("items").get(0).get("id").asString()).isEqualTo(id);
    Poll.until(() -> edge.purges().stream().anyMatch(p -> p.contains("\"/videos/" + id + "\"")));
    assertThat(edge.purges()).anyMatch(purge -> purge.startsWith("/internal/purges true"));
  }

  @Test
  void secondUploadTakesThePlaceOfTheFirst() {
    String id = draft(seller, 0).json().get("id").asString();
    int before = blobs.files("videos").size();
    seller.put("/api/v1/videos/" + id + "/content", "video/mp4", MP4).is(201);
    byte[] webm = new byte[2048];
    webm[0] = 0x1A;
    webm[1] = 0x45;
    webm[2] = (byte) 0xDF;
    webm[3] = (byte) 0xA3;

    Answer second = seller.put("/api/v1/videos/" + id + "/content", "video/webm", webm).is(201);

    assertThat(second.json().get("content").get("type").asString()).isEqualTo("video/webm");
    assertThat(blobs.files("videos")).hasSize(before + 1);
  }

  @Test
  void orderStandsOnTheBuyersShardAndTheSaleOnTheSellers() {
    String video = published(seller, 450);

    String order = order(buyer, video);

    Answer sales = seller.get("/api/v1/sales").is(200);
    String sale = sales.json().get("items").get(0).get("id").asString();
    assertThat(sales.json().get("items").get(0).get("orderId").asString()).isEqualTo(order);
    assertThat(FakeAccounts.shard(Long.parseLong(order)))
        .isEqualTo(FakeAccounts.shard(Long.parseLong(buyer.id())));
    assertThat(FakeAccounts.shard(Long.parseLong(sale)))
        .isEqualTo(FakeAccounts.shard(Long.parseLong(seller.id())))
        .isNotEqualTo(FakeAccounts.shard(Long.parseLong(order)));
    assertThat(buyer.get("/api/v1/orders/" + order).is(200).json().get("title").asString())
        .isEqualTo("Rice terraces");
    assertThat(buyer.get("/api/v1/orders").is(200).json().get("items")).hasSize(1);
    seller.get("/api/v1/orders/" + order).isProblem(404, "not-found");
    buyer
        .post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}")
        .isProblem(409, "already-bought");
    seller.post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}").isProblem(409, "conflict");
  }

  @Test
  void sameKeyGivesTheSameOrderAgainEvenAfterTheVideoIsWithdrawn() {
    String video = published(seller, 450);
    Client once = buyer.with("Idempotency-Key", "order-1");
    String body = "{\"videoId\": \"" + video + "\"}";
    Answer first = once.post("/api/v1/orders", body).is(201);
    Answer second = once.post("/api/v1/orders", body).is(201);
    seller.delete("/api/v1/videos/" + video + "/publication").is(200);
    Answer third = once.post("/api/v1/orders", body).is(201);

    assertThat(second.text()).isEqualTo(first.text());
    assertThat(third.text()).isEqualTo(first.text());
    String other = published(seller, 100);
    once.post("/api/v1/orders", "{\"videoId\": \"" + other + "\"}")
        .isProblem(422, "idempotency-key-reused");
    buyer
        .with("Idempotency-Key", "x".repeat(65))
        .post("/api/v1/orders", body)
        .isProblem(422, "validation-failed");
  }

  @Test
  void orderWhoseAnswerGotLostIsPlacedOnce() {
    String video = published(seller, 450);
    rows.loseAnswers(1);

    order(buyer, video);

    assertThat(buyer.get("/api/v1/orders").json().get("items")).hasSize(1);
    assertThat(seller.get("/api/v1/sales").json().get("items")).hasSize(1);
  }

  @Test
  void playbackIsForOwnersBuyersAndEverybodyIfFree() {
    String paid = published(seller, 450);
    String free = published(seller, 0);
    Client visitor = new Client(port);

    visitor.get("/api/v1/videos/" + paid + "/playback").isProblem(401, "unauthenticated");
    buyer.get("/api/v1/videos/" + paid + "/playback").isProblem(402, "payment-required");
    String url =
        seller.get("/api/v1/videos/" + paid + "/playback").is(200).json().get("url").asString();
    assertThat(url).matches("/media/videos/\\d+\\?expires=\\d+&signature=[A-Za-z0-9_-]+");
    visitor.get("/api/v1/videos/" + free + "/playback").is(200);
    order(buyer, paid);
    buyer.get("/api/v1/videos/" + paid + "/playback").is(200);
    seller.delete("/api/v1/videos/" + paid + "/publication").is(200);
    buyer.get("/api/v1/videos/" + paid + "/playback").is(200);
    visitor.get("/api/v1/videos/" + paid + "/playback").isProblem(404, "not-found");
  }

  @Test
  void invoiceIsMadeOnceAndTellsWhatWasPaid() throws IOException {
    String video = published(seller, 123456);
    String order = order(buyer, video);

    Answer[] last = new Answer[1];
    Poll.until(() -> {
      last[0] = buyer.get("/api/v1/orders/" + order + "/invoice");
      if (last[0].response().statusCode() == 202) {
        assertThat(last[0].header("Retry-After")).isEqualTo("1");
      }
      return last[0].response().statusCode() == 303;
    });

    String location = last[0].header("Location");
    assertThat(location).matches("/media/invoices/\\d+\\?expires=\\d+&signature=.+");
    long blob = Long.parseLong(location.replaceAll("/media/invoices/(\\d+).*", "$1"));
    try (PdfReader reader = new PdfReader(blobs.read("invoices", blob))) {
      String text = new PdfTextExtractor(reader).getTextFromPage(1);
      assertThat(text)
          .contains("Tanada", "Invoice", order, "Rice terraces", "1,234.56 USD")
          .contains("Mei Tanaka", buyer.user().get("email").asString());
    }
    seller.get("/api/v1/orders/" + order + "/invoice").isProblem(404, "not-found");

    byte[] made = blobs.read("invoices", blob);
    for (Client person : new Client[] {buyer, seller}) { // what it tells of them is of that day
      person.with("If-Match", "*").patch("/api/v1/me", "{\"displayName\": \"Renamed\"}").is(200);
    }
    Answer again = buyer.get("/api/v1/orders/" + order + "/invoice").is(303);
    assertThat(again.header("Location")).startsWith("/media/invoices/" + blob + "?");
    assertThat(blobs.read("invoices", blob)).isEqualTo(made);
  }

  @Test
  void soldVideoCannotBeDeletedOnlyWithdrawn() {
    String sold = published(seller, 450);
    String unsold = published(seller, 450);
    order(buyer, sold);
    int before = blobs.files("videos").size();

    seller.with("If-Match", "*").delete("/api/v1/videos/" + sold).isProblem(409, "conflict");
    seller.with("If-Match", "*").delete("/api/v1/videos/" + unsold).is(204);

    seller.get("/api/v1/videos/" + unsold).isProblem(404, "not-found");
    assertThat(blobs.files("videos")).hasSize(before - 1);
  }

  @Test
  void onlyTheOwnerChangesAVideoAndOnlyTheVersionTheySaw() {
    String id = published(seller, 450);
    String path = "/api/v1/videos/" + id;
    String change = "{\"title\": \"Terraces\"}";

    seller.patch(path, change).isProblem(428, "precondition-required");
    seller.with("If-Match", "\"1\"").patch(path, change).isProblem(412, "version-mismatch");
    seller.with("If-Match", "W/\"3\"").patch(path, change).isProblem(412, "version-mismatch");
    seller.with("If-Match", "nonsense").patch(path, change).isProblem(400, "malformed-request");
    buyer.with("If-Match", "*").patch(path, change).isProblem(403, "forbidden");
    new Client(port).with("If-Match", "*").patch(path, change).isProblem(401, "unauthenticated");
    Answer changed = seller.with("If-Match", "\"9\", \"3\"").patch(path, change).is(200);

    assertThat(changed.header("ETag")).isEqualTo("\"4\"");
    assertThat(changed.json().get("title").asString()).isEqualTo("Terraces");
    assertThat(changed.json().get("price").get("amountMinor").asLong()).isEqualTo(450);
    Answer unchanged = seller.with("If-None-Match", "\"4\"").get(path).is(304);
    assertThat(unchanged.response().body()).isEmpty();
  }

  @Test
  void accountLeavesWithItsVideosWithdrawn() {
    String id = published(seller, 450);
    order(buyer, id);

    seller.delete("/api/v1/me").isProblem(428, "precondition-required");
    Answer left = seller.with("If-Match", "*").delete("/api/v1/me").is(204);

    assertThat(left.headers("Set-Cookie"))
        .anyMatch(cookie -> cookie.startsWith("tanada-session=;") && cookie.contains("Max-Age=0"));
    new Client(port).get("/api/v1/users/" + seller.id()).isProblem(404, "not-found");
    buyer.get("/api/v1/videos/" + id).isProblem(404, "not-found");
    buyer.get("/api/v1/videos/" + id + "/playback").is(200);
    seller.get("/api/v1/me").isProblem(401, "invalid-token");
  }
}
