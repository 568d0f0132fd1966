package org.tanada.app.video;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Leaving;
import org.tanada.app.edge.Purger;
import org.tanada.app.web.PageRequest;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Takes a leaving user's videos out of the shop at once, and deletes them later with their files.
 * Those that somebody has bought stay for their buyers, with title and content, but without the
 * description, and can be published by nobody any more.
 */
@Component
final class LeavingVideos implements Leaving {
  private final ShopRows rows;
  private final Files files;
  private final Previews previews;
  private final Purger purger;

  LeavingVideos(ShopRows rows, Files files, Previews previews, Purger purger) {
    this.rows = rows;
    this.files = files;
    this.previews = previews;
    this.purger = purger;
  }

  @Override
  public void hide(Departing user) {
    rows.untilNone(
        Video.TABLE, user.userId(), Map.of("state", Video.State.PUBLISHED), this::withdraw);
  }

  private void withdraw(Stored<Video> video) {
    try {
      rows.commit(
          video.owner(),
          Write.update(
              Video.TABLE, video.id(), video.version(), Map.of("state", Video.State.WITHDRAWN)));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.VERSION_MISMATCH) {
        throw e; // else it was changed meanwhile: the next page has it again
      }
    }
    purger.videoChanged(video.id(), video.owner());
  }

  @Override
  public void remove(Departing user) {
    Long before = null;
    do {
      Rows.TypedPage<Video> page =
          rows.ofOwnerNow(
              Video.TABLE, user.userId(), Map.of(), new PageRequest(PageRequest.MAX_LIMIT, before));
      page.rows().forEach(this::remove);
      before = page.next();
    } while (before != null);
  }

  private void remove(Stored<Video> video) {
    if (wasBought(video)) {
      keep(video);
      return;
    }
    Long content = video.value().contentId();
    if (content != null) { // first of all: a file without its row would never be found again
      files.remove(VideoService.PURPOSE, content);
      purger.purgeNow(List.of(Blobs.path(VideoService.PURPOSE, content)));
    }
    List<Write> writes = new ArrayList<>();
    writes.add(Write.delete(Video.TABLE, video.id(), video.version()));
    previews
        .now(video.id())
        .ifPresent(preview -> {
          Previews.poster(preview)
              .ifPresent(poster -> {
                files.remove(VideoService.PURPOSE, poster);
                purger.purgeNow(List.of(Previews.posterPath(video.id(), poster)));
              });
          writes.add(Write.delete(VideoPreview.TABLE, preview.id(), preview.version()));
        });
    rows.commit(video.owner(), writes.toArray(Write[]::new));
  }

  private void keep(Stored<Video> video) {
    Video now = video.value();
    boolean done =
        now.state() == Video.State.WITHDRAWN
            && now.description().isEmpty()
            && now.moderatedAt() == null;
    if (done) {
      return;
    }
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", Video.State.WITHDRAWN);
    values.put("description", "");
    values.put("moderatedAt", null); // or a moderator could bring it back
    rows.commit(video.owner(), Write.update(Video.TABLE, video.id(), video.version(), values));
  }

  /** An order counts before its sale has come here. */
  private boolean wasBought(Stored<Video> video) {
    return rows.exists("sales", video.owner(), Map.of("video_id", video.id()))
        || rows.existsAnywhere("orders", Map.of("video_id", video.id()));
  }
}
