package org.tanada.app.content;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.config.AppProperties;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Leaving;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Deletes files that no row names, once they have been {@link UnnamedFile} for so long that nobody
 * is about to name them, or when their owner leaves. First it takes the announcement, by its
 * version on the owner's primary: from then on no transaction can name the file. Then it looks
 * whether a row names it all the same, as one that was restored from a backup may. The file goes
 * before its announcement, so that none is forgotten.
 */
@Component
class UnnamedFileCleaner extends RepeatedWork implements Leaving {
  private static final Logger log = LoggerFactory.getLogger(UnnamedFileCleaner.class);
  private static final Duration INTERVAL = Duration.ofHours(1);

  /** Which columns name files; each purpose has some. */
  private static final List<Column> NAMING =
      List.of( // other features' tables, named here, as dependencies would run in circles
          new Column("profiles", "users", "avatar_id"),
          new Column("profiles", "users", "avatar_small_id"),
          new Column("videos", "videos", "content_id"),
          new Column("videos", "video_previews", "poster_id"),
          new Column("invoices", "orders", "invoice_id"));

  private final ShopRows rows;
  private final Files files;
  private final InstantSource clock;
  private final Duration age;
  private boolean first = true;

  UnnamedFileCleaner(ShopRows rows, Files files, InstantSource clock, AppProperties properties) {
    super("unnamed-files", 0);
    this.rows = rows;
    this.files = files;
    this.clock = clock;
    this.age = properties.unnamedFileAge();
  }

  @Override
  protected Duration step() {
    if (first) {
      first = false; // the other tiers may be starting, too
      return INTERVAL;
    }
    quietly(this::sweep);
    return INTERVAL;
  }

  /** Looks at all that are there. */
  void sweep() {
    Instant oldEnough = clock.instant().minus(age);
    rows.each(
        UnnamedFile.TABLE,
        Map.of(),
        file -> {
          if (file.createdAt().isBefore(oldEnough)) {
            quietly(() -> remove(file));
          }
        });
  }

  /** They are seen by nobody else. */
  @Override
  public void hide(Departing user) {}

  @Override
  public void remove(Departing user) {
    rows.untilNone(UnnamedFile.TABLE, user.userId(), Map.of(), this::remove);
  }

  private void remove(Stored<UnnamedFile> file) {
    String purpose = file.value().purpose();
    if (!take(file)) {
      return;
    }
    if (isNamed(purpose, file)) {
      log.warn("file {}/{} is named, and stays", purpose, file.id());
    } else {
      files.remove(purpose, file.id());
    }
    files.forget(file.owner(), file.id());
  }

  /** Bars whoever would still name it. */
  private boolean take(Stored<UnnamedFile> file) {
    try {
      rows.commit(
          file.owner(),
          Write.update(
              UnnamedFile.TABLE,
              file.id(),
              file.version(),
              Map.of("purpose", file.value().purpose())));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.NOT_FOUND || e.code() == ProblemCode.VERSION_MISMATCH) {
        return false; // it was named meanwhile, or another server has it
      }
      throw e;
    }
  }

  private boolean isNamed(String purpose, Stored<UnnamedFile> file) {
    return NAMING.stream()
        .filter(column -> column.purpose().equals(purpose))
        .anyMatch(
            column -> rows.exists(column.table(), file.owner(), Map.of(column.name(), file.id())));
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.warn("files without a name are deleted later: {}", e.toString());
    }
  }

  /**
   * A column that names files.
   *
   * @param purpose of the files
   * @param table of the column
   * @param name of the column
   */
  private record Column(String purpose, String table, String name) {}
}
