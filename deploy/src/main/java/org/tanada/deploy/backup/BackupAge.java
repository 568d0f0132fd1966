package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.StateFiles;

/**
 * How old the newest backups of an installation are.
 *
 * @param made the moment of the newest one
 * @param verified the moment of the newest one that was verified
 * @param failure of the newest verification, or else of the newest backup by schedule; empty if
 *     there was none
 */
public record BackupAge(Optional<Instant> made, Optional<Instant> verified, String failure) {
  /** Reads it; nothing where no backup was made. */
  public static BackupAge of(Home home) throws IOException {
    BackupFiles files = new BackupFiles(home);
    Optional<Verification.Mark> mark =
        StateFiles.readJson(files.verified(), Verification.Mark.class);
    Optional<BackupSchedule.State> scheduled = BackupSchedule.state(files);
    return new BackupAge(
        StateFiles.readJson(files.last(), Backup.Made.class).map(Backup.Made::recorded),
        mark.flatMap(found -> Optional.ofNullable(found.good())),
        mark.map(Verification.Mark::failure)
            .filter(words -> !words.isEmpty())
            .or(() -> scheduled.map(BackupSchedule.State::failure))
            .orElse(""));
  }

  /** Names of the files that it is read of. */
  public static List<String> names() {
    return List.of(BackupFiles.LAST, BackupFiles.VERIFIED, BackupFiles.SCHEDULE);
  }

  /**
   * Notes what is known of backups that are made elsewhere.
   *
   * @param contents of the files of {@link #names}, in their order; empty where there is none
   */
  public static void note(Home home, List<String> contents) throws IOException {
    BackupFiles files = new BackupFiles(home);
    StateFiles.privateDirectory(files.directory());
    for (int i = 0; i < contents.size(); i++) {
      Path file = files.directory().resolve(names().get(i));
      if (contents.get(i).isBlank()) {
        Files.deleteIfExists(file);
      } else {
        StateFiles.write(file, contents.get(i));
      }
    }
  }

  /** One line for people; empty where no backup was ever made. */
  public String line(Instant now) {
    if (made.isEmpty()) {
      return "";
    }
    String line =
        "newest backup "
            + age(made.get(), now)
            + " old, newest verified "
            + verified.map(at -> age(at, now) + " old").orElse("none: ./tanada backup verify");
    return failure.isEmpty() ? line : line + "; the last one failed: " + failure;
  }

  private static String age(Instant at, Instant now) {
    long minutes = Duration.between(at, now).toMinutes();
    return minutes < 120
        ? minutes + " min"
        : minutes < 2880 ? minutes / 60 + " h" : minutes / 1440 + " d";
  }
}
