package org.tanada.app.upload;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Leaving;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.PageRequest;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Takes away what uploads leave behind: the pieces of one that is complete, ended or expired, at
 * once by the server that knows of it, and after that by whichever looks next; on the day after it
 * has expired its row, too. A piece's file goes before its row, so that none is forgotten.
 *
 * <p>Stops after the web server: an upload that ends while this server leaves is answered as ever,
 * and what it leaves behind is found by the others.
 */
@Component
class UploadCleaner extends RepeatedWork implements Leaving {
  private static final Logger log = LoggerFactory.getLogger(UploadCleaner.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Uploads that wait for this server; more are left to those who look next. */
  private static final int MAX_WAITING = 1000;

  /** How many days after their own uploads are found, should all servers be away so long. */
  private static final int DAYS = 30;

  private final ShopRows rows;
  private final Files files;
  private final InstantSource clock;
  private final UploadProperties properties;
  private final BlockingQueue<Over> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private Instant nextSweep;

  UploadCleaner(ShopRows rows, Files files, InstantSource clock, UploadProperties properties) {
    super("upload-cleaner", 0);
    this.rows = rows;
    this.files = files;
    this.clock = clock;
    this.properties = properties;
    this.nextSweep = clock.instant().plus(properties.sweepInterval());
  }

  /** Takes the pieces of an upload away that takes no more bytes, soon. */
  void later(long owner, long id) {
    if (!waiting.offer(new Over(owner, id))) {
      log.warn("too many uploads are to be cleaned up: {} is left to a sweep", id);
    }
  }

  @Override
  protected Duration step() {
    for (Over over = waiting.poll(); over != null && isRunning(); over = waiting.poll()) {
      Over now = over;
      quietly(() -> removePieces(now.owner(), now.id()));
    }
    if (!clock.instant().isBefore(nextSweep)) {
      nextSweep = clock.instant().plus(properties.sweepInterval());
      quietly(this::sweep);
    }
    return PAUSE;
  }

  /** Looks at all uploads whose day has passed. */
  void sweep() {
    long today = Upload.day(clock.instant());
    for (long day = today - DAYS; day < today; day++) {
      rows.each(Upload.TABLE, Map.of("expiresDay", day), upload -> quietly(() -> remove(upload)));
    }
  }

  /** Uploads are seen by nobody else. */
  @Override
  public void hide(Departing user) {}

  @Override
  public void remove(Departing user) {
    rows.untilNone(Upload.TABLE, user.userId(), Map.of(), this::remove);
  }

  /** Its version bars whoever would still go on with it. */
  private void remove(Stored<Upload> upload) {
    if (upload.value().state() == Upload.State.OPEN) {
      Map<String, @Nullable Object> ended = Map.of("state", Upload.State.ENDED);
      rows.commit(upload.owner(), Write.update(Upload.TABLE, upload.id(), upload.version(), ended));
    }
    removePieces(upload.owner(), upload.id());
    rows.deleteIfPresent(Upload.TABLE, upload.owner(), upload.id());
  }

  private void removePieces(long owner, long id) {
    Rows.TypedPage<Piece> page;
    do {
      page =
          rows.ofOwnerNow(
              Piece.TABLE, owner, Map.of("uploadId", id), PageRequest.first(PageRequest.MAX_LIMIT));
      for (Stored<Piece> piece : page.rows()) {
        files.remove(VideoService.PURPOSE, piece.id());
        rows.deleteIfPresent(Piece.TABLE, owner, piece.id());
      }
    } while (page.next() != null);
  }

  private static void quietly(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      log.warn("uploads are cleaned up later: {}", e.toString());
    }
  }

  /**
   * An upload that takes no more bytes.
   *
   * @param owner whose
   * @param id of the upload
   */
  private record Over(long owner, long id) {}
}
