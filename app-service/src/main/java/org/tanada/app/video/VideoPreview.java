package org.tanada.app.video;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code video_previews}, what was seen in a video's content; its id is the video's.
 *
 * @param state whether somebody has looked
 * @param contentId which content; one that the video no longer has says nothing of it
 * @param attempts how often somebody began to look
 * @param notBefore when somebody may look next; until then it belongs to who looks now
 * @param posterId file of a picture out of it, among the videos; null if there is none
 * @param durationMillis how long it plays, or null
 */
public record VideoPreview(
    State state,
    long contentId,
    int attempts,
    Instant notBefore,
    @Nullable Long posterId,
    @Nullable Long durationMillis) {
  /** The table. */
  public static final Table<VideoPreview> TABLE = new Table<>("video_previews", VideoPreview.class);

  /** Whether somebody has looked. */
  public enum State {
    /** Not yet: waits for a server that has ffmpeg. */
    DUE,
    /** Yes. */
    DONE,
    /** Yes, in vain: nothing can be seen in it, or it took too long too often. */
    FAILED
  }
}
