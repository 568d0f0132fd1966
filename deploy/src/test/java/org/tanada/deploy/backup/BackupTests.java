package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.TopologyFile;

/**
 * Backups of a real pair of MariaDB servers and a storage node's files, and what they bring back.
 */
@Tag("servers")
@Timeout(240)
class BackupTests extends BackupFixture {
  @Test
  void everyMomentSinceTheBackupComesBackBesideAndInPlace() throws Exception {
    write("INSERT INTO tanada_00.t VALUES (1, 'first'), (2, NULL)");
    storeBlob(1, "of before the backup");

    Backup.Made made = backup();

    assertThat(made.from()).isBefore(made.recorded());
    assertThat(new Backup(home, _ -> {}).list()).hasSize(1);
    write(
        "INSERT INTO tanada_00.t VALUES (3, 'after the backup'); DELETE FROM tanada_00.t WHERE id ="
            + " 2");
    storeBlob(2, "of after the backup");
    Instant moment = moment();
    write("INSERT INTO tanada_00.t VALUES (4, 'too late'); UPDATE tanada_00.t SET v = 'spoilt'");
    Files.delete(blob(home.directory(), 1));
    Files.createFile(blob(home.directory(), 1).resolveSibling("1.gone"));
    storeBlob(3, "too late");

    // beside what is there
    Path beside = directory.resolve("beside");
    Restoration.Done done = Restoration.ofHome(home, _ -> {}).beside(moment, beside);
    assertThat(done.damaged()).isEmpty();
    assertThat(blob(beside, 1)).exists();
    assertThat(blob(beside, 1).resolveSibling("1.gone")).doesNotExist();
    assertThat(blob(beside, 2)).hasSameBinaryContentAs(blob(home.directory(), 2));
    assertThat(TopologyFile.read(beside.resolve("topology.yml")).tiers())
        .containsExactly(CLUSTER, STORAGE);
    Home restored = new Home(directory, beside);
    try (ScratchDatabase database = ScratchDatabase.start(new MariaDb(), restored, primary)) {
      assertThat(rows(restored, primary)).containsExactly("1\tfirst", "3\tafter the backup");
      database.stop();
    }
    assertThat(rows(home, primary)).contains("4\tspoilt");

    // in its stead
    Restoration restoration = Restoration.ofHome(home, _ -> {});
    agent.close();
    agentThread.join();
    for (Process process : processes) {
      process.destroy();
      process.waitFor();
    }
    Restoration.Loss loss = restoration.loss(moment);
    assertThat(loss.words()).contains("2 transactions of mysql-1");
    Restoration.Replaced replaced = restoration.inPlace(loss);
    assertThat(replaced.aside().resolve("mysql-1-a/data")).isDirectory();
    startPair();
    write("INSERT INTO tanada_00.t VALUES (5, 'goes on')");
    Waiting.until(
        "the replica, made anew, has all",
        () -> rows(home, replica).equals(List.of("1\tfirst", "3\tafter the backup", "5\tgoes on")));
    assertThat(new BackupFiles(home).timeline()).isEqualTo(2);
  }

  @Test
  void verificationFindsWhatIsGoodAndWhatIsNot() throws Exception {
    write("INSERT INTO tanada_00.t VALUES (1, 'first'), (2, NULL)");
    storeBlob(1, "some content");
    Backup.Made made = backup();
    write("INSERT INTO tanada_00.t VALUES (3, 'later')");

    Verification.Verified verified = new Verification(home, _ -> {}, _ -> {}).run();

    assertThat(verified.rows()).isEqualTo(2);
    assertThat(verified.files()).isEqualTo(1);
    assertThat(BackupAge.of(home).verified()).contains(made.recorded());
    assertThat(BackupAge.of(home).line(Instant.now())).contains("newest verified 0 min old");
    assertThat(home.directory().resolve("backup/verify")).doesNotExist();

    // a bit of what the backup is made of
    damageLargestPack();
    assertThatThrownBy(() -> new Verification(home, _ -> {}, _ -> {}).run())
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("damaged");
    assertThat(BackupAge.of(home).failure()).contains("damaged");
    assertThat(BackupAge.of(home).verified()).contains(made.recorded());
  }

  @Test
  void anotherMachineHasAllByADiskAndThePassword() throws Exception {
    write("INSERT INTO tanada_00.t VALUES (1, 'first')");
    storeBlob(1, "some content");
    backup();
    fakeProgram();
    Path disk = Files.createDirectories(directory.resolve("disk"));

    Path set = new Export(home, _ -> {}).to(disk);
    new Export(home, _ -> {}).to(disk); // again: brings it up to date

    assertThat(set.resolve("README.txt"))
        .content()
        .contains("restores from", "mariadb-backup --prepare", "restic 0.")
        .doesNotContain("@");
    assertThat(set.resolve("tanada/deploy/target/deploy-0.1.jar")).exists();
    Home bare = new Home(directory, directory.resolve("bare"));
    Path into = directory.resolve("into");
    Path password = Files.copy(home.secrets().resolve("backup-password"), directory.resolve("p"));
    Restoration.of(bare, set.resolve("repository").toString(), password, _ -> {})
        .beside(null, into);
    assertThat(blob(into, 1)).hasSameBinaryContentAs(blob(home.directory(), 1));
    Home restored = new Home(directory, into);
    try (ScratchDatabase database = ScratchDatabase.start(new MariaDb(), restored, primary)) {
      assertThat(rows(restored, primary)).containsExactly("1\tfirst");
      database.stop();
    }
  }

  /** What a clone with everything built has. */
  private void fakeProgram() throws IOException {
    Files.writeString(directory.resolve("tanada"), "#!/bin/sh\n");
    Files.writeString(Files.createDirectories(directory.resolve("nginx")).resolve("a"), "a");
    List<String> modules = new ArrayList<>(List.of("deploy"));
    for (Module module : Module.values()) {
      modules.add(module.directory());
    }
    for (String module : modules) {
      Path target = Files.createDirectories(directory.resolve(module).resolve("target"));
      Files.writeString(target.resolve(module + "-0.1.jar"), module);
    }
  }

  @Test
  void logsComeThroughAKilledServerAndAToolThatHangs() throws Exception {
    write("INSERT INTO tanada_00.t VALUES (1, 'first')");
    moment();

    processes.getFirst().destroyForcibly().waitFor();
    start(home, primary);
    Waiting.until(
        "the primary leads again",
        () -> role(home, primary, replica) instanceof Replication.Health.Leading);
    write("INSERT INTO tanada_00.t VALUES (2, 'after a kill')");
    moment();
    signalTools("STOP");
    write("INSERT INTO tanada_00.t VALUES (3, 'while nothing comes')");
    moment();

    Path shipped = new BackupFiles(home).logs(1, "mysql-1").resolve("mysql-1-a");
    Waiting.until("all is here", () -> logsOfServer().equals(logsIn(shipped)));
    assertThat(agent.problem()).isEmpty();
  }

  private static void signalTools(String signal) throws Exception {
    List<ProcessHandle> tools =
        ProcessHandle.current()
            .descendants()
            .filter(process -> process.info().command().orElse("").contains("mariadb-binlog"))
            .toList();
    assertThat(tools).isNotEmpty();
    for (ProcessHandle tool : tools) {
      new ProcessBuilder("kill", "-" + signal, Long.toString(tool.pid())).start().waitFor();
    }
  }

  /** Name and size of each log that was shipped from the first on. */
  private List<String> logsOfServer() throws IOException {
    Path first = new BackupFiles(home).logs(1, "mysql-1").resolve("mysql-1-a");
    String begin = LogShipper.logs(first).findFirst().orElse("");
    return new Sql(new DatabaseFiles(home, primary))
        .run("SHOW BINARY LOGS").stream().filter(log -> log.compareTo(begin) >= 0).toList();
  }

  private static List<String> logsIn(Path directory) throws IOException {
    List<String> logs = new ArrayList<>();
    for (String name : LogShipper.logs(directory).toList()) {
      logs.add(name + "\t" + Files.size(directory.resolve(name)));
    }
    return logs;
  }

  private void damageLargestPack() throws IOException {
    try (Stream<Path> all = Files.walk(directory.resolve("repository/data"))) {
      Path largest =
          all.filter(Files::isRegularFile)
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
      assertThat(largest.toFile().setWritable(true)).isTrue();
      byte[] bytes = Files.readAllBytes(largest);
      bytes[bytes.length / 2] ^= 1;
      Files.write(largest, bytes);
    }
  }

  @Test
  void timesThatNoBackupLeadsToAreOneLine() throws Exception {
    assertThatThrownBy(() -> Restoration.ofHome(home, _ -> {}))
        .hasMessage("no backup was made here: ./tanada backup --to REPOSITORY");
    write("INSERT INTO tanada_00.t VALUES (1, 'first')");
    Backup.Made made = backup();
    Path to = directory.resolve("to");
    Restoration restoration = Restoration.ofHome(home, _ -> {});

    assertThatThrownBy(() -> restoration.beside(Instant.now().plus(Duration.ofHours(1)), to))
        .hasMessageContaining("is in the future");
    assertThatThrownBy(() -> restoration.beside(made.from().minusSeconds(60), to))
        .hasMessageContaining(
            "is before the first backup, which can be restored to " + made.from());
    Files.writeString(Files.createDirectories(directory.resolve("full")).resolve("a"), "b");
    assertThatThrownBy(() -> restoration.beside(null, directory.resolve("full")))
        .hasMessageContaining("is not empty");
    assertThat(restoration.beside(null, to).moment()).isAfter(made.from());
  }

  @Test
  void diskThatIsNotMountedGetsNoNewRepository() throws Exception {
    Path repository = directory.resolve("repository");
    new BackupSetup(home).begin(repository.toString());
    StateFiles.deleteTree(repository);

    assertThatThrownBy(() -> new Backup(home, _ -> {}).make())
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("there is no repository at " + repository);
    assertThat(repository).doesNotExist();
  }
}
