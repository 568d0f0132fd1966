package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;

/** Repositories of restic that are not as they should be. */
@Tag("servers")
@Timeout(120)
class RepositoryTests {
  @TempDir Path directory;
  private Path place;
  private Path data;
  private Repository repository;

  @BeforeEach
  void begin() throws IOException {
    assumeThat(Binaries.find("restic")).as("restic is installed").isPresent();
    place = directory.resolve("repository");
    data = Files.createDirectories(directory.resolve("data"));
    repository = repository("right");
  }

  private Repository repository(String password) throws IOException {
    Path file = directory.resolve(password + ".password");
    Files.writeString(file, password);
    return new Repository(place.toString(), file, directory.resolve("cache"), Map.of());
  }

  private void save(String name, int bytes) throws IOException {
    byte[] content = new byte[bytes];
    new Random(bytes).nextBytes(content);
    Files.write(data.resolve(name), content);
    repository.save(data, List.of(name), Repository.BACKUP, 1, Instant.EPOCH);
  }

  private Set<Path> packs() throws IOException {
    try (Stream<Path> all = Files.walk(place.resolve("data"))) {
      return new HashSet<>(all.filter(Files::isRegularFile).toList());
    }
  }

  @Test
  void whatWasSavedComesBackUnderItsPath() throws IOException {
    repository.make();
    repository.make(); // it is there

    save("a", 5000);
    Repository.Snapshot saved = repository.snapshots().getLast();

    assertThat(saved.backup()).isTrue();
    assertThat(saved.from()).isEqualTo(Instant.EPOCH);
    assertThat(repository.restore(saved.id(), directory.resolve("out"), List.of("/a"))).isEmpty();
    assertThat(directory.resolve("out/a")).hasSameBinaryContentAs(data.resolve("a"));
    assertThat(repository.check("")).isEmpty();
  }

  @Test
  void wrongKeyIsOneLine() throws IOException {
    repository.make();

    assertThatThrownBy(repository("wrong")::snapshots)
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("does not open " + place)
        .hasMessageContaining("wrong.password");
  }

  @Test
  void oneOfANewerVersionIsOneLineAndStaysAsItIs() throws Exception {
    repository.make();
    save("a", 5000);
    ResticConfig.setVersion(place, "right", 2); // as it was: what is written here is sound
    assertThat(repository.snapshots()).hasSize(1);
    ResticConfig.setVersion(place, "right", 9);
    byte[] config = Files.readAllBytes(place.resolve("config"));

    String line = place + " is of a newer restic (repository version 9): update restic here";
    assertThatThrownBy(repository::snapshots).hasMessage(line);
    assertThatThrownBy(repository::make).hasMessage(line);
    assertThatThrownBy(() -> save("b", 5000)).hasMessage(line);
    assertThat(place.resolve("config")).hasBinaryContent(config);
  }

  @Test
  void backupOfANewerTanadaIsOneLine() throws IOException {
    repository.make();
    Files.writeString(
        Files.createDirectories(data.resolve("backup")).resolve("manifest.json"),
        "{\"format\": 2, \"of\": \"another shape\"}");
    repository.save(data, List.of("backup"), Repository.BACKUP, 1, Instant.EPOCH);
    Repository.Snapshot newest = repository.snapshots().getLast();

    assertThatThrownBy(() -> RestorePlan.ofRecord(repository, newest))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("has format 2, which this version does not know");
  }

  @Test
  void halfWrittenOneIsNotTakenForAnEmptyPlace() throws IOException {
    repository.make();
    Files.delete(place.resolve("config"));

    assertThatThrownBy(repository::make)
        .hasMessageContaining("neither empty nor a whole repository");
    assertThatThrownBy(repository::snapshots).hasMessageContaining("there is no repository at");
  }

  @Test
  void lockOfALivingResticIsOneLineAndThatOfADeadOneIsNoObstacle() throws Exception {
    repository.make();
    save("a", 5000);
    ProcessBuilder builder =
        new ProcessBuilder(Binaries.need("restic"), "backup", "--stdin", "--quiet");
    builder
        .environment()
        .putAll(
            Map.of(
                "RESTIC_REPOSITORY", place.toString(),
                "RESTIC_PASSWORD_FILE", directory.resolve("right.password").toString(),
                "RESTIC_CACHE_DIR", directory.resolve("cache").toString()));
    Process other = builder.start(); // waits for its input
    Waiting.until("it holds a lock", () -> locks() > 0);

    assertThatThrownBy(repository::forget).hasMessageContaining("in use by another restic");

    other.destroyForcibly().waitFor();
    assertThat(locks()).isPositive();
    save("b", 5000);
    repository.forget();
    assertThat(repository.snapshots()).hasSize(2);
  }

  private long locks() throws IOException {
    try (Stream<Path> all = Files.list(place.resolve("locks"))) {
      return all.count();
    }
  }

  @Test
  void flippedBitIsFoundAndTheRestComesBack() throws IOException {
    repository.make();
    save("a", 300_000);
    Set<Path> ofFirst = packs();
    save("b", 200_000);
    Path largest =
        ofFirst.stream()
            .max(Comparator.comparingLong(file -> file.toFile().length()))
            .orElseThrow();
    flip(largest);

    assertThat(repository.check("")).containsIgnoringCase("pack").doesNotContain("Fatal");
    List<Repository.Snapshot> snapshots = repository.snapshots();
    Path out = directory.resolve("out");
    assertThat(repository.restore(snapshots.getFirst().id(), out, List.of("/a")))
        .containsExactly("/a");
    assertThat(repository.restore(snapshots.getLast().id(), out, List.of("/b"))).isEmpty();
    assertThat(out.resolve("b")).hasSameBinaryContentAs(data.resolve("b"));
  }

  private static void flip(Path file) throws IOException {
    assertThat(file.toFile().setWritable(true)).isTrue();
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      java.nio.ByteBuffer one = java.nio.ByteBuffer.allocate(1);
      channel.read(one, 1000);
      one.put(0, (byte) (one.get(0) ^ 4)).flip();
      channel.write(one, 1000);
    }
  }

  @Test
  void fullOneIsOneLineAndGoesOnWithRoom() throws Exception {
    Files.createDirectories(place);
    int mounted =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", place.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assumeThat(mounted).as("a small file system can be mounted").isZero();
    try {
      repository.make();
      save("small", 10_000);

      assertThatThrownBy(() -> save("large", 6_000_000))
          .hasMessageStartingWith(place + " is full: make room there");

      new ProcessBuilder("mount", "-o", "remount,size=40m", place.toString()).start().waitFor();
      save("large", 6_000_000);
      assertThat(repository.check("")).isEmpty();
    } finally {
      new ProcessBuilder("umount", place.toString()).start().waitFor();
    }
  }
}
