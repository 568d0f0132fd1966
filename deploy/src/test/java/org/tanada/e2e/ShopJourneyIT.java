package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.e2e.FrontDoor.eventually;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import tools.jackson.databind.JsonNode;

/** The shop as two people use it. */
class ShopJourneyIT {
  private static ShopClient shop;
  private static Account seller;
  private static Account buyer;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    seller = FrontDoor.somebody(shop, "sasha");
    buyer = FrontDoor.somebody(shop, "bo");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void aVideoIsUploadedFoundBoughtInvoicedAndPlayed() throws Throwable {
    String title = "Journey " + UUID.randomUUID();
    byte[] clip = FrontDoor.clip();
    String video = shop.publish(seller.accessToken(), title, "A test clip", 450, "video/mp4", clip);

    // somebody who wrote nothing reads from replicas, which follow in their own time
    for (String place : List.of("/", "/api/v1/videos?limit=20", "/videos/" + video)) {
      eventually(() -> assertThat(shop.get(place, null).body()).contains(title));
    }

    FrontDoor.assertProblem(
        shop.get("/api/v1/videos/" + video + "/playback", buyer.accessToken()),
        402,
        "payment-required");
    FrontDoor.assertProblem(
        shop.get("/api/v1/videos/" + video + "/playback", null), 401, "unauthenticated");

    String key = UUID.randomUUID().toString();
    Answer order =
        shop.send(
                "POST",
                "/api/v1/orders",
                buyer.accessToken(),
                Map.of("videoId", video),
                "Idempotency-Key",
                key)
            .expect(201);
    Answer again =
        shop.send(
                "POST",
                "/api/v1/orders",
                buyer.accessToken(),
                Map.of("videoId", video),
                "Idempotency-Key",
                key)
            .expect(201);
    assertThat(again.json()).isEqualTo(order.json());
    FrontDoor.assertProblem(
        shop.send("POST", "/api/v1/orders", buyer.accessToken(), Map.of("videoId", video)),
        409,
        "already-bought");
    String orderId = order.json().get("id").asString();
    eventually(() -> {
      JsonNode sales =
          shop.get("/api/v1/sales", seller.accessToken()).expect(200).json().get("items");
      assertThat(sales).hasSize(1);
      assertThat(sales.get(0).get("orderId").asString()).isEqualTo(orderId);
      assertThat(sales.get(0).get("price").get("amountMinor").asLong()).isEqualTo(450);
    });
    assertThat(TanadaId.shard(Long.parseLong(orderId)))
        .as("an order lies on its buyer's shard")
        .isEqualTo(TanadaId.shard(Long.parseLong(buyer.id())));
    FrontDoor.assertProblem(
        shop.get("/api/v1/orders/" + orderId, seller.accessToken()), 404, "not-found");

    eventually(() -> shopInvoice(orderId));

    String url =
        shop.get("/api/v1/videos/" + video + "/playback", buyer.accessToken())
            .expect(200)
            .json()
            .get("url")
            .asString();
    HttpResponse<byte[]> part = fetch(url, "bytes=1000-1999");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(clip, 1000, 2000));
    assertThat(part.headers().firstValue("Content-Range"))
        .hasValue("bytes 1000-1999/" + clip.length);
    assertThat(fetch(url, null).body()).isEqualTo(clip);
    assertThat(fetch(url, "bytes=99999999-").statusCode()).isEqualTo(416);
    String other = url.contains("signature=_") ? "signature=-" : "signature=_";
    assertThat(fetch(url.replaceFirst("signature=.", other), null).statusCode()).isEqualTo(403);
  }

  @Test
  void anAvatarIsShown() throws Throwable {
    byte[] png = pixel();
    shop.upload("/api/v1/me/avatar", seller.accessToken(), "image/png", png).expect(200);

    String avatar =
        shop.get("/api/v1/users/" + seller.id(), seller.accessToken())
            .expect(200)
            .json()
            .get("avatarUrl")
            .asString();

    HttpResponse<byte[]> image = fetch(avatar, null);
    assertThat(image.statusCode()).isEqualTo(200);
    assertThat(
            javax.imageio.ImageIO.read(new java.io.ByteArrayInputStream(image.body())).getWidth())
        .isEqualTo(8); // drawn anew
    assertThat(image.headers().firstValue("Content-Type")).hasValue("image/png");
  }

  @Test
  void aWriterReadsTheirOwnWritesOnWhicheverServerTheyLand() throws IOException {
    Set<String> servers = new HashSet<>();
    for (int i = 0; i < 40; i++) {
      String title = "Mine " + i + " " + UUID.randomUUID();
      String id =
          shop.send("POST", "/api/v1/videos", seller.accessToken(), ShopClient.video(title, "", 0))
              .expect(201)
              .json()
              .get("id")
              .asString();

      Answer read = shop.get("/api/v1/videos/" + id, seller.accessToken()).expect(200);
      Answer list =
          shop.get("/api/v1/videos?limit=1&owner=" + seller.id(), seller.accessToken()).expect(200);

      assertThat(read.json().get("title").asString()).isEqualTo(title);
      assertThat(list.json().get("items").get(0).get("id").asString()).isEqualTo(id);
      servers.add(read.header("Tanada-Node"));
      shop.send(
              "DELETE",
              "/api/v1/videos/" + id,
              seller.accessToken(),
              null,
              "If-Match",
              read.header("ETag"))
          .expect(204);
      FrontDoor.assertProblem(
          shop.get("/api/v1/videos/" + id, seller.accessToken()), 404, "not-found");
    }
    assertThat(servers).hasSizeGreaterThanOrEqualTo(1).allMatch(node -> node.startsWith("app"));
  }

  private static void shopInvoice(String orderId) throws IOException {
    Answer invoice = shop.get("/api/v1/orders/" + orderId + "/invoice", buyer.accessToken());
    assertThat(invoice.status()).isEqualTo(303);
    HttpResponse<byte[]> pdf = fetch(String.valueOf(invoice.header("Location")), null);
    assertThat(pdf.statusCode()).isEqualTo(200);
    assertThat(pdf.headers().firstValue("Content-Type")).hasValue("application/pdf");
    assertThat(pdf.body()).startsWith('%', 'P', 'D', 'F');
  }

  private static HttpResponse<byte[]> fetch(
      String path, @org.jspecify.annotations.Nullable String range) throws IOException {
    URI uri = FrontDoor.ADDRESS.resolve(path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (range != null) {
      request.header("Range", range);
    }
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static byte[] pixel() throws IOException {
    java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
    javax.imageio.ImageIO.write(
        new java.awt.image.BufferedImage(8, 8, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        out);
    return out.toByteArray();
  }
}
