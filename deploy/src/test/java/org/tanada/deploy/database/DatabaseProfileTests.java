package org.tanada.deploy.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.deploy.build.Binaries;

class DatabaseProfileTests {
  private static final String PROFILE = DatabaseProfile.SD_CARD.settings();

  @Test
  void everySettingStandsOnceInItsGroupBelowWhatItCosts() {
    Set<String> seen = new HashSet<>();
    String group = "";
    String comment = "";
    boolean explained = false;
    for (String line : PROFILE.lines().toList()) {
      if (line.startsWith("[")) {
        group = line;
        explained = false;
      } else if (line.startsWith("#")) {
        comment = explained ? line : comment + line;
        explained = false;
      } else if (!line.isEmpty()) {
        assertThat(seen.add(group + line.replaceAll("=.*", ""))).as(line).isTrue();
        assertThat(comment).as(line).containsPattern("Cost: |As MariaDB's ");
        explained = true;
      }
    }
    assertThat(seen).hasSizeGreaterThan(10);
  }

  @Test
  void theGroupsOfMySqlAreThoseOfTheImagesVersion() throws Exception {
    String version =
        Files.readAllLines(Path.of("Dockerfile")).stream()
            .filter(line -> line.startsWith("FROM mysql:"))
            .map(line -> line.replaceAll("FROM mysql:([0-9.]+) .*", "$1"))
            .findFirst()
            .orElseThrow();

    assertThat(
            PROFILE
                .lines()
                .filter(line -> line.startsWith("[mysqld-") && !line.contains("[mysqld-replica]")))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("[mysqld-" + version));
  }

  @ParameterizedTest
  @ValueSource(strings = {"64", "64K", "-1M", "64M;", ""})
  void aPoolIsASize(String pool) {
    assertThatThrownBy(() -> new DatabaseSettings(DatabaseProfile.DISK, pool))
        .hasMessageContaining("a buffer pool is as in 64M or 2G");
  }

  @Test
  void aStorageIsOneOfTwo() {
    assertThat(DatabaseProfile.of("sd-card")).isEqualTo(DatabaseProfile.SD_CARD);
    assertThat(DatabaseProfile.of("disk").settings()).isEmpty();
    assertThatThrownBy(() -> DatabaseProfile.of("tape"))
        .hasMessage("a storage is sd-card or disk, not \"tape\"");
  }

  /**
   * As the container's member.sh puts them together; mysqld says what it took, and does no more.
   */
  @Test
  @Tag("containers")
  void mySqlTakesTheProfile() throws Exception {
    assumeThat(Binaries.find("docker")).as("docker is there").isPresent();
    assumeThat(run(List.of("docker", "image", "inspect", "mysql:9.7"), "").code())
        .as("the image mysql:9.7 is there")
        .isZero();

    assertThat(mySql("primary"))
        .contains("sync-binlog 1", "innodb-flush-log-at-trx-commit 1", "log-replica-updates TRUE")
        .contains("innodb-redo-log-capacity 134217728", "binlog-expire-logs-seconds 259200")
        .contains("binlog-group-commit-sync-delay 5000", "innodb-doublewrite ON");
    assertThat(mySql("replica"))
        .contains("sync-binlog 0", "innodb-flush-log-at-trx-commit 2", "log-replica-updates FALSE");
  }

  private static List<String> mySql(String role) throws Exception {
    String command =
        "cat >/tmp/my.cnf; run() { mysqld --defaults-file=/tmp/my.cnf"
            + " --defaults-group-suffix=-%s --user=mysql --server-id=11 \"$@\"; };".formatted(role)
            + " run --validate-config >&2 && run --verbose --help";
    Outcome outcome =
        run(
            List.of(
                "docker",
                "run",
                "-i",
                "--rm",
                "--network=none",
                "--entrypoint=bash",
                "mysql:9.7",
                "-c",
                command),
            Files.readString(Path.of("mysql/my.cnf")) + PROFILE);
    assertThat(outcome.code()).as(outcome.output()).isZero();
    return outcome.output().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  private record Outcome(int code, String output) {}

  private static Outcome run(List<String> command, String input) throws Exception {
    Process process =
        new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true).start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), output);
  }
}
