package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;

/** A backup of a system of containers while it works, and the same system as it was since. */
class ContainerBackupIT {
  private static final Path REPOSITORY =
      SystemUnderTest.home().resolveSibling("container-backup-repository");
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  @BeforeAll
  static void needOwnSystem() {
    assumeTrue(TestRun.containers(), "of containers");
    assumeTrue(
        Boolean.getBoolean("tanada.test.nightly"),
        "it takes minutes: give -Dtanada.test.nightly=true");
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "only of a system that these tests started themselves");
    assumeTrue(!Files.exists(REPOSITORY), "a run before has left its repository: delete it");
  }

  private static String tanada(String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isZero();
    return SystemUnderTest.output();
  }

  @Test
  void everythingOfAMomentComesBackAndTheBackupIsVerified() throws Throwable {
    try (ShopClient shop = FrontDoor.client()) {
      Account before = FrontDoor.somebody(shop, "before");
      assertThat(tanada("backup", "--to", REPOSITORY.toString())).contains("saved in");
      assertThat(tanada("backup", "list")).contains("RESTORES FROM");
      assertThat(tanada("backup", "verify")).contains("verified");
      Account after = FrontDoor.somebody(shop, "after");
      shop.publish(after.accessToken(), "Kept", "", 0, "video/mp4", FrontDoor.clip());
      Instant moment = Instant.now();
      FrontDoor.eventually(() -> assertThat(Instant.now()).isAfter(moment.plusSeconds(1)));
      Account late = FrontDoor.somebody(shop, "late");
      tanada("backup"); // so that all logs until then are in the repository
      assertThat(SystemUnderTest.tanada("restore")).as("while it runs").isEqualTo(1);

      tanada("down");
      assertThat(tanada("restore", "--at", moment.toString(), "--yes"))
          .containsPattern("lost is .* transactions of mysql-")
          .containsPattern("restored to " + moment + ", [1-9][0-9]* files");
      tanada("up", "--no-build");

      FrontDoor.eventually(PATIENCE, () -> assertThat(signIn(shop, before)).isEqualTo(201));
      assertThat(signIn(shop, after)).isEqualTo(201);
      assertThat(signIn(shop, late)).isEqualTo(401);
    }
    assertThat(tanada("status"))
        .containsPattern("backup-1 +backup +.* up ")
        .containsPattern("newest verified [0-9]+ min old");
  }

  private static int signIn(ShopClient shop, Account account) throws IOException {
    return shop.send(
            "POST",
            "/api/v1/tokens",
            null,
            Map.of(
                "grantType", "password", "email", account.email(), "password", FrontDoor.PASSWORD))
        .status();
  }
}
