package org.tanada.app.page;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.order.OrderService;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.VideoView;
import org.tanada.app.playback.PlaybackService;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.user.UserService;
import org.tanada.app.video.Moderation;
import org.tanada.app.video.Previews;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.Ids;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** The player for those who may watch a video, and the till for the others. */
@RestController
final class WatchPageController {
  private final Pages pages;
  private final Views views;
  private final VideoService videos;
  private final Previews previews;
  private final Moderation moderation;
  private final UserService users;
  private final PlaybackService playback;
  private final OrderService orders;

  WatchPageController(
      Pages pages,
      Views views,
      VideoService videos,
      Previews previews,
      Moderation moderation,
      UserService users,
      PlaybackService playback,
      OrderService orders) {
    this.pages = pages;
    this.views = views;
    this.videos = videos;
    this.previews = previews;
    this.moderation = moderation;
    this.users = users;
    this.playback = playback;
    this.orders = orders;
  }

  @GetMapping("/videos/{id}/watch")
  ResponseEntity<byte[]> watch(
      @PathVariable String id, @RequestParam(required = false) @Nullable String notice) {
    Identity viewer = CurrentUser.get().orElse(null);
    Stored<Video> video = videos.find(Ids.ofPath(id)).orElseThrow(VideoService::missing);
    boolean mayPlay = playback.mayPlay(viewer, video);
    boolean published = video.value().isPublished();
    if (!mayPlay && !published) {
      throw VideoService.missing();
    }
    VideoView shown =
        views.video(video, users.findAll(List.of(video.owner())), previews.of(List.of(video)));
    boolean uploaded = video.value().contentId() != null;
    Map<String, Object> model = new HashMap<>();
    model.put("video", shown);
    model.put("own", VideoService.isOwner(viewer, video));
    model.put("moderates", published && Moderation.mayModerate(viewer, video));
    model.put("uploaded", uploaded);
    model.put("buyKey", Forms.newKey());
    if (mayPlay && uploaded) {
      model.put("source", playback.play(viewer, video.id()).url());
    }
    return pages.own(
        Page.own("watch", shown.title(), Section.NONE, Views.visitor(), model)
            .saying(Notices.find(notice)));
  }

  @PostMapping("/videos/{id}/withdrawal")
  ResponseEntity<byte[]> withdraw(@PathVariable String id) {
    moderation.withdraw(CurrentUser.required(), Ids.ofPath(id));
    // the video's own page is not the moderator's to see any more
    return Pages.seeOther("/me?notice=moderated");
  }

  @PostMapping("/videos/{id}/orders")
  ResponseEntity<byte[]> buy(
      @PathVariable String id, @RequestParam(required = false) @Nullable String key) {
    long videoId = Ids.ofPath(id);
    String watch = "/videos/" + videoId + "/watch";
    Identity buyer = CurrentUser.get().orElse(null);
    if (buyer == null) {
      return Pages.seeOther(Pages.address("/sign-in", "next", watch));
    }
    try {
      orders.buy(buyer, videoId, IdempotencyKey.of(Forms.optional(key)));
    } catch (ProblemException e) {
      return switch (e.code()) {
        case ALREADY_BOUGHT -> Pages.seeOther(watch + "?notice=already-bought");
        case CONFLICT -> Pages.seeOther(watch + "?notice=own");
        default -> throw e;
      };
    }
    return Pages.seeOther(watch + "?notice=bought");
  }
}
