package org.tanada.app.page;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.tanada.app.config.AppProperties;
import org.tanada.app.order.OrderService;
import org.tanada.app.order.Sale;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.OwnVideo;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.page.view.SaleView;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.video.Previews;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoChange;
import org.tanada.app.video.VideoPreview;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.Ids;
import org.tanada.app.web.IfMatch;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows.TypedPage;
import org.tanada.common.row.Stored;

/** The own videos: their list with the sales, and one to edit. */
@RestController
@RequestMapping("/me/videos")
final class MyVideosPageController {
  private static final int PAGE = 20;
  private static final int SALES = 10;
  private static final String PATH = "/me/videos";
  private static final Form NO_FORM = Form.of(Map.of());

  private final Pages pages;
  private final Views views;
  private final VideoService videos;
  private final Previews previews;
  private final OrderService orders;
  private final Cursors cursors;
  private final AppProperties limits;

  MyVideosPageController(
      Pages pages,
      Views views,
      VideoService videos,
      Previews previews,
      OrderService orders,
      Cursors cursors,
      AppProperties limits) {
    this.pages = pages;
    this.views = views;
    this.videos = videos;
    this.previews = previews;
    this.orders = orders;
    this.cursors = cursors;
    this.limits = limits;
  }

  @GetMapping
  ResponseEntity<byte[]> list(
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(required = false) @Nullable String sales,
      @RequestParam(required = false) @Nullable String notice) {
    Identity user = CurrentUser.required();
    return pages.own(
        Page.own(
                "my-videos",
                "My videos",
                Section.VIDEOS,
                Views.visitor(user),
                Map.of("videos", videos(user, cursor), "sales", sales(user, sales)))
            .saying(Notices.find(notice)));
  }

  @GetMapping("/{id}")
  ResponseEntity<byte[]> edit(
      @PathVariable String id, @RequestParam(required = false) @Nullable String notice) {
    Identity user = CurrentUser.required();
    Stored<Video> video = owned(user, id);
    return pages.own(page(user, video, form(video), NO_FORM).saying(Notices.find(notice)));
  }

  @PostMapping("/{id}")
  ResponseEntity<byte[]> change(
      @PathVariable String id,
      @RequestParam(defaultValue = "") String title,
      @RequestParam(defaultValue = "") String description,
      @RequestParam(defaultValue = "") String price,
      @RequestParam(defaultValue = "") String currency,
      @RequestParam(defaultValue = "0") long version) {
    Identity user = CurrentUser.required();
    VideoForm typed = new VideoForm(title, description, price, currency);
    try {
      VideoChange change = new VideoChange(typed.title(), typed.description(), typed.checked());
      videos.change(user, Ids.ofPath(id), IfMatch.version(version), change);
    } catch (ProblemException e) {
      Stored<Video> now = owned(user, id);
      Form again = Forms.again(typed.form("version", Long.toString(now.version())), e);
      return pages.own(Forms.status(e), page(user, now, again, NO_FORM));
    }
    return see(id, "saved");
  }

  @PostMapping("/{id}/content")
  ResponseEntity<byte[]> upload(
      @PathVariable String id, @RequestParam(required = false) @Nullable MultipartFile content)
      throws IOException {
    Identity user = CurrentUser.required();
    try {
      UploadPageController.store(videos, user, Ids.ofPath(id), Forms.chosen(content), limits);
    } catch (ProblemException e) {
      Form wrong = Forms.file(NO_FORM, "content", e);
      Stored<Video> video = owned(user, id);
      return pages.own(Forms.status(e), page(user, video, form(video), wrong));
    }
    return see(id, "uploaded");
  }

  @PostMapping("/{id}/publication")
  ResponseEntity<byte[]> publish(@PathVariable String id) {
    try {
      videos.publish(CurrentUser.required(), Ids.ofPath(id));
    } catch (ProblemException e) {
      return switch (e.code()) {
        case CONFLICT -> see(id, "no-file");
        case FORBIDDEN -> {
          owned(CurrentUser.required(), id); // else it is not there
          yield see(id, "not-allowed");
        }
        default -> throw e;
      };
    }
    return see(id, "published");
  }

  @PostMapping("/{id}/withdrawal")
  ResponseEntity<byte[]> withdraw(@PathVariable String id) {
    videos.withdraw(CurrentUser.required(), Ids.ofPath(id));
    return see(id, "withdrawn");
  }

  @PostMapping("/{id}/deletion")
  ResponseEntity<byte[]> delete(
      @PathVariable String id, @RequestParam(defaultValue = "0") long version) {
    try {
      videos.delete(CurrentUser.required(), Ids.ofPath(id), IfMatch.version(version));
    } catch (ProblemException e) {
      return switch (e.code()) {
        case CONFLICT -> see(id, "sold");
        case VERSION_MISMATCH -> see(id, "changed");
        default -> throw e;
      };
    }
    return Pages.seeOther(PATH + "?notice=deleted");
  }

  private static ResponseEntity<byte[]> see(String id, String notice) {
    return Pages.seeOther(PATH + "/" + Ids.ofPath(id) + "?notice=" + notice);
  }

  private Stored<Video> owned(Identity user, String id) {
    Stored<Video> video = videos.visible(user, Ids.ofPath(id));
    if (!VideoService.isOwner(user, video)) {
      throw VideoService.missing();
    }
    return video;
  }

  private Page page(Identity user, Stored<Video> video, Form form, Form file) {
    return Page.own(
        "edit-video",
        video.value().title(),
        Section.VIDEOS,
        Views.visitor(user),
        Map.of(
            "own",
            views.own(video, previews.of(List.of(video))),
            "form",
            form,
            "file",
            file,
            "currencies",
            VideoForm.CURRENCIES));
  }

  private static Form form(Stored<Video> video) {
    return VideoForm.of(video).form("version", Long.toString(video.version()));
  }

  private PageOf<OwnVideo> videos(Identity user, @Nullable String cursor) {
    String list = "videos of " + user.userId();
    Long before = cursors.decode(list, cursor);
    TypedPage<Video> found = videos.ofOwner(user, user.userId(), new PageRequest(PAGE, before));
    String next = cursors.encode(list, found.next());
    Map<Long, VideoPreview> seen = previews.of(found.rows());
    return new PageOf<>(
        found.rows().stream().map(video -> views.own(video, seen)).toList(),
        next == null ? null : Pages.address(PATH, "cursor", next),
        before == null ? null : PATH);
  }

  private PageOf<SaleView> sales(Identity user, @Nullable String cursor) {
    String list = "sales of " + user.userId();
    Long before = cursors.decode(list, cursor);
    TypedPage<Sale> found = orders.sales(user, new PageRequest(SALES, before));
    List<Long> ids = found.rows().stream().map(sale -> sale.value().videoId()).toList();
    Map<Long, Stored<Video>> sold = videos.findAll(ids);
    String next = cursors.encode(list, found.next());
    return new PageOf<>(
        found.rows().stream().map(sale -> views.sale(sale, sold)).toList(),
        next == null ? null : Pages.address(PATH, "sales", next),
        before == null ? null : PATH);
  }
}
