package org.tanada.deploy.command;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;
import org.tanada.deploy.demo.Demo;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.JsonNode;

/**
 * What a shop is for, once: somebody signs up, sells a video, somebody else buys it, the seller
 * hears of it on another shard, the buyer gets an invoice. A video that was there already is looked
 * at. It takes the secrets, the claims, the ids, the rows of two owners, an effect and the storage
 * to be whole.
 */
final class ShopStory {
  private static final int SECONDS = 60;
  private static final long PRICE = 450;

  private final ShopClient shop;

  ShopStory(ShopClient shop) {
    this.shop = shop;
  }

  /**
   * Walks it.
   *
   * @throws OperatorException with the first step that went otherwise
   */
  void walk() throws IOException {
    try {
      steps();
    } catch (IOException e) {
      throw new OperatorException("the shop does not work on it: " + e.getMessage(), e);
    }
  }

  private void steps() throws IOException {
    for (JsonNode video : shop.get("/api/v1/videos", null).expect(200).json().path("items")) {
      shop.get("/api/v1/videos/" + video.path("id").asString(), null).expect(200);
    }
    String password = "verify " + UUID.randomUUID();
    Account seller = somebody("seller", password);
    Account buyer = somebody("buyer", password);
    String video =
        shop.publish(seller.accessToken(), "Verified", "", PRICE, "video/mp4", Demo.clip("water"));
    shop.get("/api/v1/videos/" + video + "/playback", buyer.accessToken()).expect(402);
    String order =
        shop.send(
                "POST",
                "/api/v1/orders",
                buyer.accessToken(),
                Map.of("videoId", video),
                "Idempotency-Key",
                UUID.randomUUID().toString())
            .expect(201)
            .json()
            .path("id")
            .asString();
    shop.get("/api/v1/videos/" + video + "/playback", buyer.accessToken()).expect(200);
    eventually("the seller hears of the order", () -> sold(seller, order));
    eventually(
        "the order has an invoice",
        () ->
            shop.get("/api/v1/orders/" + order + "/invoice", buyer.accessToken()).status() == 303);
  }

  private Account somebody(String what, String password) throws IOException {
    String name = "verify-" + what + "-" + UUID.randomUUID().toString().substring(0, 8);
    return shop.signUp(name, "Verify", password);
  }

  private boolean sold(Account seller, String order) throws IOException {
    Answer answer = shop.get("/api/v1/sales", seller.accessToken()).expect(200);
    for (JsonNode sale : answer.json().path("items")) {
      if (sale.path("orderId").asString().equals(order)) {
        return sale.path("price").path("amountMinor").asLong() == PRICE;
      }
    }
    return false;
  }

  private interface Check {
    boolean holds() throws IOException;
  }

  private static void eventually(String what, Check check) throws IOException {
    IOException[] last = {null};
    boolean done =
        Control.await(
            SECONDS,
            () -> {
              try {
                return check.holds();
              } catch (IOException e) {
                last[0] = e;
                return false;
              }
            });
    if (!done) {
      throw new IOException(
          what
              + " within "
              + SECONDS
              + " s: not seen"
              + (last[0] == null ? "" : ", " + last[0].getMessage()));
    }
  }
}
