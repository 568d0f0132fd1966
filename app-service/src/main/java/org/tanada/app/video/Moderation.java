package org.tanada.app.video;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.data.ShopRows;
import org.tanada.app.edge.Purger;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Act;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.Role;
import org.tanada.common.http.ClientAddress;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Takes videos of others out of the shop, and back. Their owners cannot publish them meanwhile;
 * buyers keep them. It stands in the audit log before it is done.
 */
@Service
public class Moderation {
  private final ShopRows rows;
  private final VideoService videos;
  private final AdministrationContract administration;
  private final Purger purger;
  private final InstantSource clock;

  Moderation(
      ShopRows rows,
      VideoService videos,
      AdministrationContract administration,
      Purger purger,
      InstantSource clock) {
    this.rows = rows;
    this.videos = videos;
    this.administration = administration;
    this.purger = purger;
    this.clock = clock;
  }

  /** Whether the viewer may do it with this video: a moderator, with those of others. */
  public static boolean mayModerate(@Nullable Identity viewer, Stored<Video> video) {
    return viewer != null
        && viewer.roles().contains(Role.MODERATOR.id())
        && !VideoService.isOwner(viewer, video);
  }

  /**
   * Withdraws a video: one's own, or as a moderator.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code version-mismatch}, {@code
   *     unavailable}
   */
  public Stored<Video> withdraw(Identity user, long id) {
    Stored<Video> video = videos.findNow(id).orElseThrow(VideoService::missing);
    if (!mayModerate(user, video)) {
      return videos.withdraw(user, id);
    }
    if (!video.value().isPublished()) {
      throw VideoService.missing(); // that it exists is nobody else's business
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("state", Video.State.WITHDRAWN);
    values.put("moderatedAt", clock.instant().truncatedTo(ChronoUnit.MICROS));
    return change(user, video, What.VIDEO_WITHDRAWN, values);
  }

  /**
   * Publishes a video: one's own, or as a moderator one that was withdrawn by a moderator.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code conflict} without
   *     content, {@code version-mismatch}, {@code unavailable}
   */
  public Stored<Video> publish(Identity user, long id) {
    Stored<Video> video = videos.findNow(id).orElseThrow(VideoService::missing);
    if (!mayModerate(user, video)) {
      return videos.publish(user, id);
    }
    if (video.value().moderatedAt() == null) {
      throw video.value().isPublished()
          ? new ProblemException(ProblemCode.FORBIDDEN, "The video is somebody else's.")
          : VideoService.missing();
    }
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("state", Video.State.PUBLISHED);
    values.put("moderatedAt", null);
    return change(user, video, What.VIDEO_RESTORED, values);
  }

  private Stored<Video> change(
      Identity by, Stored<Video> video, What what, Map<String, @Nullable Object> values) {
    Actor actor = new Actor(by.userId(), ClientAddress.current());
    administration.record(new Act(actor, what, video.owner(), "video " + video.id()));
    Stored<Video> changed =
        ShopRows.only(
            Video.TABLE,
            rows.commit(
                video.owner(), Write.update(Video.TABLE, video.id(), video.version(), values)));
    purger.videoChanged(video.id(), video.owner());
    return changed;
  }
}
