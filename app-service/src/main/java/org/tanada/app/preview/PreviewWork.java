package org.tanada.app.preview;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoPreview;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Looks into videos whose content is new, one at a time, never while somebody waits for it. A
 * server takes a video by its row's version, for the time of the lease; one that dies meanwhile has
 * it looked into by another, but not for ever, as the video may be why it died.
 */
@Component
final class PreviewWork extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(PreviewWork.class);
  private static final int MAX_DOUBLINGS = 10;

  private final ShopRows rows;
  private final VideoLook looking;
  private final Posters posters;
  private final InstantSource clock;
  private final PreviewProperties properties;
  private final MeterRegistry metrics;
  private final Optional<Ffmpeg> ffmpeg;
  private boolean failing;

  PreviewWork(
      ShopRows rows,
      VideoLook looking,
      Posters posters,
      InstantSource clock,
      PreviewProperties properties,
      MeterRegistry metrics) {
    super("previews", 0);
    this.rows = rows;
    this.looking = looking;
    this.posters = posters;
    this.clock = clock;
    this.properties = properties;
    this.metrics = metrics;
    this.ffmpeg = Ffmpeg.find(properties);
  }

  @Override
  public void start() {
    if (ffmpeg.isEmpty()) {
      log.info("ffmpeg is not installed: this server looks for no pictures and lengths of videos");
      return;
    }
    log.info("pictures and lengths of videos come from {}", ffmpeg.get().path());
    looking.removeLeftovers();
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    ffmpeg.ifPresent(Ffmpeg::stop); // what it was about to see is looked at again
  }

  @Override
  protected Duration step() {
    try {
      sweep();
      if (failing) {
        log.info("videos are looked into again");
      }
      failing = false;
    } catch (ProblemException e) {
      if (!failing) {
        log.warn("videos are looked into later, their rows cannot be reached: {}", e.getMessage());
      }
      failing = true;
    }
    return properties.sweep();
  }

  /** Looks into whatever is due. */
  void sweep() {
    ffmpeg.ifPresent(program ->
        rows.each(
            VideoPreview.TABLE,
            Map.of("state", VideoPreview.State.DUE),
            due -> attempt(program, due)));
  }

  private void attempt(Ffmpeg program, Stored<VideoPreview> due) {
    Instant now = clock.instant();
    int before = due.value().attempts();
    if (now.isBefore(due.value().notBefore())) {
      return;
    }
    if (before >= properties.attempts()) {
      log.warn("video {} was looked into {} times in vain: it gets no picture", due.id(), before);
      update(due, due.version(), Map.of("state", VideoPreview.State.FAILED));
      count("failed");
      return;
    }
    if (!update(due, due.version(), next(before + 1, now.plus(properties.lease())))) {
      return; // another server has it, or it is gone
    }
    long version = due.version() + 1;
    try {
      Optional<Stored<Video>> video = rows.findNow(Video.TABLE, due.id());
      Long content = video.map(found -> found.value().contentId()).orElse(null);
      if (video.isEmpty() || content == null || content != due.value().contentId()) {
        rows.commit(due.owner(), Write.delete(VideoPreview.TABLE, due.id(), version));
        return; // a server of an older version has replaced or deleted it
      }
      keep(video.get(), version, before, looking.look(program, video.get()));
    } catch (ProblemException e) {
      if (changed(e)) {
        return; // its content was replaced meanwhile, or it was deleted
      }
      int counted = ShopRows.maybeDone(e) ? before : before + 1; // others' failures are not its own
      log.info("video {} is looked into later: {}", due.id(), e.getMessage());
      update(due, version, next(counted, now.plus(pause(before))));
    }
  }

  private void keep(Stored<Video> video, long version, int before, Look look) {
    switch (look) {
      case Look.Seen seen -> {
        posters.keep(video, version, seen);
        count("seen");
      }
      case Look.Unreadable unreadable -> {
        log.info("video {} cannot be looked into: {}", video.id(), unreadable.why());
        fail(video.owner(), video.id(), version);
      }
      case Look.GaveUp gaveUp -> {
        log.info("video {} is looked into later: {}", video.id(), gaveUp.why());
        count("given-up");
        Map<String, @Nullable Object> later = next(before + 1, clock.instant().plus(pause(before)));
        rows.commit(video.owner(), Write.update(VideoPreview.TABLE, video.id(), version, later));
      }
    }
  }

  private void fail(long owner, long video, long version) {
    Map<String, @Nullable Object> failed = Map.of("state", VideoPreview.State.FAILED);
    rows.commit(owner, Write.update(VideoPreview.TABLE, video, version, failed));
    count("failed");
  }

  private static Map<String, @Nullable Object> next(int attempts, Instant notBefore) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("attempts", attempts);
    values.put("notBefore", notBefore.truncatedTo(ChronoUnit.MICROS));
    return values;
  }

  private Duration pause(int before) {
    return properties.backoff().multipliedBy(1L << Math.min(before, MAX_DOUBLINGS));
  }

  /** Whether the row still had that version. */
  private boolean update(
      Stored<VideoPreview> row, long version, Map<String, @Nullable Object> values) {
    try {
      rows.commit(row.owner(), Write.update(VideoPreview.TABLE, row.id(), version, values));
      return true;
    } catch (ProblemException e) {
      if (changed(e)) {
        return false;
      }
      throw e;
    }
  }

  private static boolean changed(ProblemException e) {
    return e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND;
  }

  private void count(String outcome) {
    metrics.counter("tanada.previews", "outcome", outcome).increment();
  }
}
