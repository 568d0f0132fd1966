package org.tanada.app.preview;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.content.FileType;
import org.tanada.app.content.Files;
import org.tanada.app.content.Pictures;
import org.tanada.app.data.ShopRows;
import org.tanada.app.edge.Purger;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoPreview;
import org.tanada.app.video.VideoService;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Keeps what was seen in a video. Its picture lies among the videos, which are private: a draft's
 * is nobody else's to see.
 */
@Component
final class Posters {
  private static final Logger log = LoggerFactory.getLogger(Posters.class);

  private final ShopRows rows;
  private final Files files;
  private final Pictures pictures;
  private final IdGenerator ids;
  private final Purger purger;

  Posters(ShopRows rows, Files files, Pictures pictures, IdGenerator ids, Purger purger) {
    this.rows = rows;
    this.files = files;
    this.pictures = pictures;
    this.ids = ids;
    this.purger = purger;
  }

  /**
   * Writes it down; the picture is drawn anew, and left out if it cannot be.
   *
   * @param version of the row of {@code video_previews}
   * @throws ProblemException {@code version-mismatch} or {@code not-found} if the content was
   *     replaced or the video deleted meanwhile; if rows or files cannot be written
   */
  void keep(Stored<Video> video, long version, Look.Seen seen) {
    byte[] frame = seen.frame();
    if (frame == null || !draw(video, version, seen, frame)) {
      rows.commit(video.owner(), row(video, version, seen, null));
    }
    if (video.value().isPublished()) {
      purger.videoChanged(video.id(), video.owner());
    }
  }

  /** Whether there is a picture now. */
  private boolean draw(Stored<Video> video, long version, Look.Seen seen, byte[] frame) {
    try {
      byte[] jpeg = pictures.frame(frame);
      long id = ids.nextBeside(video.id());
      files.store(
          video.owner(),
          VideoService.PURPOSE,
          id,
          FileType.JPEG.mediaType(),
          jpeg,
          fresh -> rows.commit(video.owner(), row(video, version, seen, id), fresh.named()));
      return true;
    } catch (ProblemException e) {
      boolean refused =
          e.code() == ProblemCode.UNSUPPORTED_MEDIA_TYPE
              || e.code() == ProblemCode.CONTENT_TOO_LARGE;
      if (!refused) {
        throw e;
      }
      log.warn("video {} gets no picture: {}", video.id(), e.getMessage());
      return false;
    }
  }

  private static Write row(
      Stored<Video> video, long version, Look.Seen seen, @Nullable Long poster) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", VideoPreview.State.DONE);
    values.put("posterId", poster);
    values.put("durationMillis", seen.durationMillis());
    return Write.update(VideoPreview.TABLE, video.id(), version, values);
  }
}
