package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.Repository.Snapshot;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * Restores the newest backup into a place of its own, brings it to the moment at which its rows
 * were counted, by the logs that it holds, and compares.
 */
public final class Verification {
  private static final int SAMPLE = 50;

  private final BackupFiles files;
  private final Consumer<String> say;
  private final Look look;

  /**
   * Verifications of an installation's backups; tells how they go on.
   *
   * @param look what else is done with what was restored
   */
  public Verification(Home home, Consumer<String> say, Look look) {
    this.files = new BackupFiles(home);
    this.say = say;
    this.look = look;
  }

  /** Looks at an installation that was restored and counted, before it is deleted. */
  public interface Look {
    /**
     * Looks.
     *
     * @throws OperatorException if something is wrong with it
     */
    void at(Home restored) throws IOException;
  }

  /**
   * What is remembered of verifications.
   *
   * @param good the moment of the newest backup that was found good
   * @param tried when the last verification ended
   * @param failure what that one found; empty if nothing
   */
  record Mark(@Nullable Instant good, Instant tried, String failure) {
    Mark {
      Objects.requireNonNull(tried);
    }
  }

  /**
   * A backup that was found good.
   *
   * @param snapshot its name in the repository
   * @param recorded the moment that it was brought to
   * @param tables that were counted
   * @param rows in them
   * @param files of storage nodes that it has
   */
  public record Verified(String snapshot, Instant recorded, int tables, long rows, int files) {}

  /**
   * Verifies, and notes the result.
   *
   * @throws OperatorException with the first thing that is wrong
   */
  public Verified run() throws IOException {
    try {
      Verified verified = verify();
      note(verified.recorded(), "");
      return verified;
    } catch (OperatorException e) {
      note(null, String.valueOf(e.getMessage()));
      throw e;
    }
  }

  private void note(@Nullable Instant good, String failure) throws IOException {
    Instant before = StateFiles.readJson(files.verified(), Mark.class).map(Mark::good).orElse(null);
    StateFiles.writeJson(
        files.verified(), new Mark(good == null ? before : good, Instant.now(), failure));
  }

  private Verified verify() throws IOException {
    Repository repository = Repository.of(files, files.needRepository());
    Snapshot newest =
        repository.snapshots().stream()
            .filter(Snapshot::backup)
            .reduce((_, later) -> later)
            .orElseThrow(() -> new OperatorException("there is no backup: ./tanada backup"));
    Path scratch = files.directory().resolve("verify");
    if (Files.exists(scratch)) {
      StateFiles.deleteTree(scratch); // of a run that was cut off
    }
    try {
      RestorePlan plan = RestorePlan.ofRecord(repository, newest);
      Restore.Restored restored = new Restore(repository, say).run(plan, scratch, true);
      long rows = 0;
      int tables = 0;
      for (Manifest.Cluster cluster : plan.manifest().clusters()) {
        var found = Objects.requireNonNull(restored.tables().get(cluster.name()));
        String difference = TableSum.difference(cluster.tables(), found);
        if (!difference.isEmpty()) {
          throw new OperatorException(cluster.name() + " is not what was recorded: " + difference);
        }
        tables += found.size();
        rows += found.values().stream().mapToLong(TableSum::rows).sum();
      }
      if (!restored.damaged().isEmpty()) {
        throw new OperatorException(
            "damaged in the repository: " + String.join(", ", restored.damaged()));
      }
      look.at(new Home(files.home().root(), scratch));
      say.accept("reading a sample of the files, and the repository");
      String bad = new RestoredFiles(scratch.resolve("nodes")).sample(SAMPLE);
      bad = bad.isEmpty() ? repository.check(part(repository)) : bad;
      if (!bad.isEmpty()) {
        throw new OperatorException("the repository is damaged: " + bad);
      }
      return new Verified(newest.id(), plan.moment(), tables, rows, restored.files());
    } finally {
      if (Files.exists(scratch)) {
        StateFiles.deleteTree(scratch);
      }
    }
  }

  /** A repository at hand is read as a whole, one far away in seven parts, one on each weekday. */
  private static String part(Repository repository) {
    int weekday = Instant.now().atOffset(ZoneOffset.UTC).getDayOfWeek().getValue();
    return repository.local() ? "" : weekday + "/7";
  }
}
