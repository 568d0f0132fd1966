package org.tanada.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.WatchedRows;
import org.tanada.app.testing.WatchedRows.Asked;
import org.tanada.common.row.Consistency;

/** How fresh each reader's reads are, by what they show of what they have seen. */
@AppTest
class ConsistencyTests {
  @LocalServerPort int port;
  @Autowired WatchedRows router;
  Client owner;
  String video;

  @BeforeEach
  void publish() {
    owner = Client.newUser(port);
    video = ShopTests.published(owner, 0);
    router.forget();
  }

  @Test
  void everyWriteTellsWhatTheClientHasSeenNow() {
    Answer written = ShopTests.draft(owner, 0);

    String token = written.header("Tanada-Consistency");
    assertThat(token).isNotEmpty();
    assertThat(written.cookie("tanada-seen")).isEqualTo(token);
    assertThat(written.headers("Set-Cookie"))
        .singleElement()
        .asString()
        .contains("HttpOnly", "SameSite=Lax", "Max-Age=60");
  }

  @Test
  void readerWithATokenIsNeverServedLessThanItNames() {
    new Client(port).get("/api/v1/videos/" + video).is(200); // now it lies in RAM
    router.forget();

    new Client(port).with("Tanada-Consistency", "t-1").get("/api/v1/videos/" + video).is(200);
    new Client(port).with("Cookie", "tanada-seen=t-2").get("/api/v1/videos").is(200);

    assertThat(router.asked())
        .containsExactly(
            new Asked("videos", Consistency.of("t-1")), new Asked("videos", Consistency.of("t-2")));
  }

  @Test
  void signedInReaderWithoutATokenReadsTheirOwnFromThePrimary() {
    owner.get("/api/v1/videos/" + video).is(200);
    owner.get("/api/v1/orders").is(200);

    assertThat(router.asked())
        .containsExactly(
            new Asked("videos", Consistency.PRIMARY), new Asked("orders", Consistency.PRIMARY));
  }

  @Test
  void anonymousReadersShareWhatLiesInRam() {
    for (int i = 0; i < 5; i++) {
      new Client(port).get("/api/v1/videos/" + video).is(200);
      new Client(port).get("/api/v1/users/" + owner.id()).is(200);
    }

    assertThat(router.asked())
        .allMatch(asked -> asked.consistency().equals(Consistency.ANY))
        .hasSizeBetween(2, 9); // ten reads; how many reach the router depends on the clock alone
  }

  @Test
  void tokensThatNobodyGaveAreAsNone() {
    new Client(port)
        .with("Tanada-Consistency", "x".repeat(2000))
        .get("/api/v1/videos/" + video)
        .is(200);

    assertThat(router.asked()).containsExactly(new Asked("videos", Consistency.ANY));
  }
}
