package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;

/** New keys for all services while the shop is used. */
@DisabledIf(value = "org.tanada.e2e.TestRun#brief", disabledReason = TestRun.SEEN_NATIVELY)
class ServiceKeysIT {
  /** Longer than a service shows the same credential, so that all have signed with the new key. */
  private static final Duration LOOKED_AT = Duration.ofSeconds(45);

  @Test
  void nothingIsRefusedWhileKeysAreReplaced() throws Throwable {
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only on a system that these tests started themselves");
    try (ShopClient shop = FrontDoor.client()) {
      Account user = FrontDoor.somebody(shop, "keys");

      assertThat(SystemUnderTest.tanada("keys", "services", "rotate", "--overlap", "40"))
          .as(SystemUnderTest.output())
          .isZero();
      assertThat(SystemUnderTest.output()).contains("good until");

      long end = System.nanoTime() + LOOKED_AT.toNanos();
      int calls = 0;
      while (System.nanoTime() < end) {
        shop.get("/api/v1/me", user.accessToken()).expect(200); // app, auth, router
        shop.get("/?of=" + calls, null).expect(200); // past the edge's cache
        calls++;
      }
      assertThat(calls).isPositive();
      FrontDoor.somebody(shop, "keys"); // rows are written
    }
    assertThat(SystemUnderTest.tanada("keys", "services")).isZero();
    assertThat(SystemUnderTest.output()).contains("in use").doesNotContain("good until");
  }
}
