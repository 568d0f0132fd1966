package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;

/** A backup of a system of containers while it works, and the same system as it was since. */
class ContainerBackupIT {
  private static final Path REPOSITORY =
      SystemUnderTest.home().resolveSibling("container-backup-repository");
  private static final String OTHER = "container-restored";
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm");
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

  /** The agent makes and verifies one by itself; the metrics say so on this machine. */
  @Test
  void backupsAreMadeVerifiedAndTakenElsewhereByThemselves() throws Throwable {
    tanada("backup", "--to", REPOSITORY.toString());
    ZonedDateTime soon = ZonedDateTime.now(ZoneId.systemDefault()).plusMinutes(2);
    Instant due = soon.truncatedTo(ChronoUnit.MINUTES).toInstant();

    assertThat(tanada("backup", "schedule", TIME.format(soon))).contains("each day at");

    FrontDoor.eventually(
        PATIENCE.multipliedBy(2),
        () -> {
          String metrics = metrics();
          assertThat(metrics).contains("tanada_backup_verification_failed 0");
          assertThat(value(metrics, "tanada_backup_timestamp_seconds")).isAfter(due);
          assertThat(value(metrics, "tanada_backup_verified_timestamp_seconds")).isAfter(due);
        });
    assertThat(tanada("status")).containsPattern("newest verified [0-9]+ min old");
    assertThat(tanada("backup", "schedule", "off")).contains("no backup is made by itself");

    Path disk = Files.createDirectories(REPOSITORY.resolveSibling("container-backup-disk"));
    assertThat(tanada("backup", "export", disk.toString())).contains("exported to");
    Path set = disk.resolve("tanada-backup");
    assertThat(set.resolve("README.txt")).content().contains("docker load", "RESTORES FROM");
    assertThat(set.resolve("images.tar")).isNotEmptyFile();
    assertThat(set.resolve("tanada/docker-compose.yml")).exists();
    Path into = SystemUnderTest.home().resolveSibling(OTHER);
    try {
      assertThat(
              tanada(
                  "restore",
                  "--from",
                  set.resolve("repository").toString(),
                  "--password-file",
                  SystemUnderTest.home().resolve("secrets/backup-password").toString(),
                  "--docker",
                  "--into",
                  into.toString()))
          .contains("restored to");
    } finally {
      SystemUnderTest.tanadaIn(OTHER, "down", "--purge", "--yes");
    }
  }

  @Test
  void everythingComesBackAsItWasAtASecond() throws IOException {
    tanada("backup", "--to", REPOSITORY.toString());

    assertThat(tanada("drill", "disaster", "--destroy", "--yes"))
        .containsPattern("[1-9][0-9]* writes before .* are there, [1-9][0-9]* after it are gone")
        .contains("age of what was restored");
  }

  private static String metrics() throws IOException {
    URI front = FrontDoor.ADDRESS;
    URI metrics = URI.create("http://127.0.0.1:" + (front.getPort() + 1810) + "/metrics");
    try (InputStream in = metrics.toURL().openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static Instant value(String metrics, String name) {
    return metrics
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .map(line ->
            Instant.ofEpochMilli((long) (1000 * Double.parseDouble(line.substring(name.length())))))
        .findFirst()
        .orElse(Instant.EPOCH);
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
