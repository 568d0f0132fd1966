package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.TimeIndex.Row;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/** Brings an installation back to a moment: beside the one that is there, or in its stead. */
public final class Restoration {
  private final Home home;
  private final BackupFiles files;
  private final Repository repository;
  private final Consumer<String> say;

  private Restoration(Home home, Repository repository, Consumer<String> say) {
    this.home = home;
    this.files = new BackupFiles(home);
    this.repository = repository;
    this.say = say;
  }

  /** By the backups of this installation. */
  public static Restoration ofHome(Home home, Consumer<String> say) throws IOException {
    BackupFiles files = new BackupFiles(home);
    return new Restoration(home, Repository.of(files, files.needRepository()), say);
  }

  /** By the repository of an installation that is lost, and the file with its password. */
  public static Restoration of(Home home, String repository, Path password, Consumer<String> say)
      throws IOException {
    if (!Files.isReadable(password)) {
      throw new OperatorException("there is no file " + password + " with the password");
    }
    StateFiles.privateDirectory(home.directory());
    BackupFiles files = new BackupFiles(home);
    return new Restoration(
        home, new Repository(repository, password, files.cache(), Map.of()), say);
  }

  /**
   * What was done.
   *
   * @param moment that all is of
   * @param files of storage nodes that there are
   * @param damaged files that could not be restored
   */
  public record Done(Instant moment, int files, List<String> damaged) {}

  /**
   * What a restore in place would take away.
   *
   * @param words for the question
   */
  public record Loss(RestorePlan plan, String words) {
    /** The moment that all would be of. */
    public Instant moment() {
      return plan.moment();
    }
  }

  /** Makes a state directory beside. */
  public Done beside(@Nullable Instant at, Path directory) throws IOException {
    StateFiles.needNew(directory);
    saveWhatIsHere();
    StateFiles.privateDirectory(directory);
    RestorePlan plan = RestorePlan.of(repository, at, directory);
    return done(new Restore(repository, say).run(plan, directory, false));
  }

  /** What would be lost; nothing may run while it is asked and done. */
  public Loss loss(@Nullable Instant at) throws IOException {
    List<String> running =
        new Control(home)
            .observed().nodes().stream()
                .filter(seen -> seen.process().alive())
                .map(seen -> seen.name())
                .toList();
    if (!running.isEmpty()) {
      throw new OperatorException(
          running.size() + " nodes run here: ./tanada down first, or restore --into another place");
    }
    saveWhatIsHere();
    RestorePlan plan = plan(at);
    List<String> lost = new ArrayList<>();
    for (Map.Entry<String, String> cluster : plan.positions().entrySet()) {
      Optional<Row> last = new TimeIndex(files.logs(files.timeline(), cluster.getKey())).last();
      Dialect dialect = Dialect.of(plan.manifest());
      long behind =
          last.map(row -> dialect.count(row.position())).orElse(0L)
              - dialect.count(cluster.getValue());
      if (behind > 0) {
        lost.add(behind + " transactions of " + cluster.getKey());
      }
    }
    Duration span = Duration.between(plan.moment(), Instant.now());
    String words =
        lost.isEmpty()
            ? "nothing that was written is lost"
            : "lost is what was written in the last %d min: %s"
                .formatted(Math.max(1, span.toMinutes()), String.join(", ", lost));
    return new Loss(plan, words);
  }

  /**
   * Puts it in the place of what is there, which is kept.
   *
   * @return what was done, and where what was there is now
   */
  public Replaced inPlace(Loss accepted) throws IOException {
    Path fresh = files.directory().resolve("restored");
    if (Files.exists(fresh)) {
      StateFiles.deleteTree(fresh);
    }
    Done done = done(new Restore(repository, say).run(accepted.plan(), fresh, false));
    Path aside = files.directory().resolve("replaced-" + Instant.now().toEpochMilli());
    StateFiles.privateDirectory(aside);
    try (Stream<Path> nodes = Files.list(home.directory().resolve("nodes"))) {
      for (Path node : nodes.toList()) {
        // what edges keep is of the time after the moment, too
        if (Files.exists(node.resolve("data"))) {
          StateFiles.privateDirectory(aside.resolve(node.getFileName()));
          Files.move(node.resolve("data"), aside.resolve(node.getFileName()).resolve("data"));
        }
      }
    }
    try (Stream<Path> nodes = Files.list(fresh.resolve("nodes"))) {
      for (Path node : nodes.toList()) {
        Path to = home.node(node.getFileName().toString());
        StateFiles.privateDirectory(to);
        if (Files.exists(node.resolve("data"))) {
          Files.move(node.resolve("data"), to.resolve("data"));
        }
      }
    }
    StateFiles.deleteTree(fresh);
    files.beginTimeline(files.timeline() + 1);
    return new Replaced(done, aside);
  }

  /**
   * What was done.
   *
   * @param aside where the data of before are
   */
  public record Replaced(Done done, Path aside) {}

  private RestorePlan plan(@Nullable Instant at) throws IOException {
    Path scratch = files.directory().resolve("plan");
    StateFiles.privateDirectory(scratch);
    return RestorePlan.of(repository, at, scratch);
  }

  /** Logs that are here and not yet in the repository. */
  private void saveWhatIsHere() throws IOException {
    if (files.repository().isPresent()
        && repository.address().equals(Repository.of(files, files.needRepository()).address())) {
      new Backup(home, say).pushLogs();
    }
  }

  private static Done done(Restore.Restored restored) {
    return new Done(restored.moment(), restored.files(), restored.damaged());
  }
}
