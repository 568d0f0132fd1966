package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/** The edges: what they keep, what they never keep, and who is asked. */
class EdgeIT {
  private static ShopClient shop;
  private static Account user;

  @BeforeAll
  static void signUp() throws IOException {
    shop = FrontDoor.client();
    user = FrontDoor.somebody(shop, "edda");
  }

  @AfterAll
  static void close() {
    shop.close();
  }

  @Test
  void publicPagesAreTheSameForEverybodyAndSetNoCookie() throws IOException {
    Answer anonymous = shop.get("/", null).expect(200);

    assertThat(anonymous.header("Set-Cookie")).isNull();
    assertThat(anonymous.header("Cache-Control")).contains("s-maxage");
  }

  @Test
  void personalPagesAreNeverKept() throws Throwable {
    String set = shop.session(user.email(), FrontDoor.PASSWORD);
    String cookie = ShopClient.pair(set);

    for (int i = 0; i < 3; i++) {
      Answer mine = shop.get("/me", null, "Cookie", cookie).expect(200);
      assertThat(mine.header("Cache-Control")).contains("no-store");
      assertThat(mine.header("Cache-Status")).contains("fwd=").doesNotContain("stored");
    }
    assertThat(shop.get("/me", null, "Accept", "text/html").status()).isIn(302, 303);
  }

  @Test
  void aConditionalRequestIsAnsweredFromTheCache() throws IOException {
    Answer page = shop.get("/problems/forbidden", null).expect(200);

    Answer unchanged =
        shop.get("/problems/forbidden", null, "If-None-Match", String.valueOf(page.header("ETag")));

    assertThat(unchanged.status()).isEqualTo(304);
    assertThat(unchanged.body()).isEmpty();
  }

  @Test
  void theHostNameChoosesTheRegion() throws IOException {
    String tokyo = edge("tokyo.localhost");
    String frankfurt = edge("frankfurt.localhost");

    assertThat(tokyo).isNotEqualTo(frankfurt);
    assertThat(edge("tokyo.localhost")).isEqualTo(tokyo);
  }

  private static String edge(String host) throws IOException {
    String answer =
        FrontDoor.raw(
            "GET /problems/not-found HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200");
    String status =
        answer
            .lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("cache-status:"))
            .findFirst()
            .orElseThrow();
    return status.substring(status.indexOf("tanada-"), status.indexOf(';'));
  }
}
