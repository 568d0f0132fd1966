package org.tanada.app.video;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * What is known of videos' contents. Rows of their own, so that a video's version, which its
 * editors hold, does not change behind their backs when a picture is ready.
 */
@Component
public final class Previews {
  private final ShopRows rows;
  private final InstantSource clock;

  Previews(ShopRows rows, InstantSource clock) {
    this.rows = rows;
    this.clock = clock;
  }

  /** What was seen in a video's content, if somebody has looked. */
  public Optional<VideoPreview> of(Stored<Video> video) {
    return Optional.ofNullable(of(List.of(video)).get(video.id()));
  }

  /** What was seen in the contents, by the videos' ids; without those where nothing was seen. */
  public Map<Long, VideoPreview> of(Collection<Stored<Video>> videos) {
    Map<Long, Long> contents = new HashMap<>();
    for (Stored<Video> video : videos) {
      Long content = video.value().contentId();
      if (content != null) {
        contents.put(video.id(), content);
      }
    }
    Map<Long, VideoPreview> seen = new HashMap<>();
    rows.findAll(VideoPreview.TABLE, List.copyOf(contents.keySet()))
        .forEach((video, row) -> {
          VideoPreview preview = row.value();
          boolean current = Objects.equals(contents.get(video), preview.contentId());
          if (current && preview.state() == VideoPreview.State.DONE) {
            seen.put(video, preview);
          }
        });
    return seen;
  }

  /** Path of a video's picture at the front door, which asks who may see the video. */
  public static String posterPath(long video, long poster) {
    return "/posters/" + video + "/" + poster + ".jpg";
  }

  /** The row of a video as it is on the primary right now. */
  Optional<Stored<VideoPreview>> now(long video) {
    return rows.findNow(VideoPreview.TABLE, video);
  }

  /**
   * What has to be written in the transaction that gives a video another content.
   *
   * @param before the video's row so far
   */
  List<Write> replaced(Optional<Stored<VideoPreview>> before, long video, long content) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    VideoPreview due = new VideoPreview(VideoPreview.State.DUE, content, 0, now, null, null);
    if (before.isEmpty()) {
      return List.of(Write.insert(VideoPreview.TABLE, video, due));
    }
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", due.state());
    values.put("contentId", content);
    values.put("attempts", 0);
    values.put("notBefore", now);
    values.put("posterId", null);
    values.put("durationMillis", null);
    List<Write> writes = new ArrayList<>();
    writes.add(Write.update(VideoPreview.TABLE, video, before.get().version(), values));
    unnamed(before.get()).ifPresent(writes::add);
    return writes;
  }

  /** What has to be written in the transaction that deletes a video. */
  List<Write> deleted(Optional<Stored<VideoPreview>> before) {
    List<Write> writes = new ArrayList<>();
    before.ifPresent(row -> {
      writes.add(Write.delete(VideoPreview.TABLE, row.id(), row.version()));
      unnamed(row).ifPresent(writes::add);
    });
    return writes;
  }

  /** The picture that a row names. */
  static Optional<Long> poster(Stored<VideoPreview> row) {
    return Optional.ofNullable(row.value().posterId());
  }

  private static Optional<Write> unnamed(Stored<VideoPreview> row) {
    return poster(row).map(poster -> Files.unnamed(VideoService.PURPOSE, poster));
  }
}
