package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.id.TanadaId;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.TopologyFile;

/** A backup of the system while it works, and the system of a moment since beside it. */
class BackupIT {
  private static final URI METRICS = URI.create("http://127.0.0.1:27890/metrics");
  private static final Pattern SHIPPED =
      Pattern.compile("tanada_backup_logs_timestamp_seconds\\{[^}]*} ([0-9.E]+)");
  private static final Path REPOSITORY = SystemUnderTest.home().resolveSibling("backup-repository");
  private static final Path RESTORED = SystemUnderTest.home().resolveSibling("backup-restored");

  @BeforeAll
  static void needOwnSystem() throws IOException {
    TestRun.needBackups(REPOSITORY, RESTORED);
  }

  private static String tanada(String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isZero();
    return SystemUnderTest.output();
  }

  @Test
  void everythingOfAMomentComesBackAndTheBackupIsVerified() throws Throwable {
    try (ShopClient shop = FrontDoor.client()) {
      Account before = FrontDoor.somebody(shop, "before");
      assertThat(tanada("backup", "--to", REPOSITORY.toString(), "--yes")).contains("saved in");
      Account after = FrontDoor.somebody(shop, "after");
      String video =
          shop.publish(after.accessToken(), "Kept", "", 0, "video/mp4", FrontDoor.clip());
      Instant moment = momentOfNow();
      Account late = FrontDoor.somebody(shop, "late");

      assertThat(tanada("restore", "--at", moment.toString(), "--into", RESTORED.toString()))
          .contains("restored to " + moment);

      assertThat(restored(before)).isTrue();
      assertThat(restored(after)).isTrue();
      assertThat(restored(late)).isFalse();
      assertThat(blobs(RESTORED)).as("files of video %s", video).isPositive();
    }
    assertThat(tanada("backup", "verify")).contains("verified");
    assertThat(tanada("status"))
        .containsPattern("backup-1 +backup +.* up ")
        .containsPattern("newest verified [0-9]+ min old");
    assertThat(tanada("backup", "list")).contains("RESTORES FROM");
  }

  /** A moment after all that was answered until now, of which all logs are known to be shipped. */
  private static Instant momentOfNow() throws Throwable {
    Instant asked = Instant.now();
    FrontDoor.eventually(() -> assertThat(shipped()).isAfter(asked));
    Instant moment = Instant.now();
    FrontDoor.eventually(() -> assertThat(shipped()).isAfter(moment));
    return moment;
  }

  private static Instant shipped() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      String metrics =
          client
              .send(HttpRequest.newBuilder(METRICS).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      Instant oldest = Instant.MAX;
      Matcher matcher = SHIPPED.matcher(metrics);
      while (matcher.find()) {
        Instant at = Instant.ofEpochMilli((long) (Double.parseDouble(matcher.group(1)) * 1000));
        oldest = at.isBefore(oldest) ? at : oldest;
      }
      assertThat(oldest).as(metrics).isNotEqualTo(Instant.MAX);
      return oldest;
    }
  }

  private static long blobs(Path state) throws IOException {
    try (Stream<Path> all = Files.walk(state.resolve("nodes"))) {
      return all.filter(file -> file.toString().endsWith(".blob")).count();
    }
  }

  /** Whether a user is in the databases that were restored, which are started one by one. */
  private static boolean restored(Account account) throws Throwable {
    Home home = new Home(RESTORED, RESTORED);
    String asked =
        "SELECT COUNT(*) FROM tanada_%02d.users WHERE id = %s"
            .formatted(TanadaId.shard(Long.parseLong(account.id())), account.id());
    for (PlannedNode node : TopologyFile.read(home.topology()).nodes()) {
      DatabaseFiles files = new DatabaseFiles(home, node);
      if (node.tier().startsWith("mysql-") && files.initialised() && found(files, asked)) {
        return true;
      }
    }
    return false;
  }

  private static boolean found(DatabaseFiles files, String asked) throws Throwable {
    files.prepare();
    List<String> command = new java.util.ArrayList<>(files.command());
    command.add("--skip-networking");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(RESTORED.resolve(files.name() + ".log").toFile())
            .start();
    try {
      FrontDoor.eventually(() -> assertThat(answers(files)).isTrue());
      String schema = asked.replaceFirst(".*FROM (tanada_[0-9]+).*", "$1");
      boolean has = !new Sql(files).run("SHOW DATABASES LIKE '" + schema + "'").isEmpty();
      return has && new Sql(files).run(asked).equals(List.of("1"));
    } finally {
      process.destroy();
      process.waitFor();
    }
  }

  private static boolean answers(DatabaseFiles files) throws IOException {
    try {
      return !new Sql(files).run("SELECT 1").isEmpty();
    } catch (OperatorException e) {
      return false; // not yet
    }
  }
}
