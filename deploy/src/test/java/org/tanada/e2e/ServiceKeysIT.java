package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;

/** New keys for all services while the shop is used. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class ServiceKeysIT {
  /** So many more once the keys before are of no use. */
  private static final int CALLS_AFTERWARDS = 200;

  @Test
  void nothingIsRefusedWhileKeysAreReplaced() throws Throwable {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    try (ShopClient shop = FrontDoor.client()) {
      Account user = FrontDoor.somebody(shop, "keys");

      AtomicInteger page = new AtomicInteger();
      try (Callers callers =
          Callers.start(() -> {
            shop.get("/api/v1/me", user.accessToken()).expect(200); // app, auth, router
            shop.get("/?of=" + page.incrementAndGet(), null).expect(200); // past the edge's cache
          })) {
        assertThat(SystemUnderTest.tanada("keys", "services", "rotate", "--overlap", "40"))
            .as(SystemUnderTest.output())
            .isZero();
        assertThat(SystemUnderTest.output()).contains("good until");
        FrontDoor.eventually(() -> {
          assertThat(SystemUnderTest.tanada("keys", "services")).isZero();
          assertThat(SystemUnderTest.output()).contains("in use").doesNotContain("good until");
        });
        callers.await(CALLS_AFTERWARDS);
      }
      FrontDoor.somebody(shop, "keys"); // rows are written
    }
  }
}
