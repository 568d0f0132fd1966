package org.tanada.app.page;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.page.view.PageOf;
import org.tanada.app.page.view.VideoView;
import org.tanada.app.user.Profile;
import org.tanada.app.user.UserService;
import org.tanada.app.video.Previews;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoPreview;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.Ids;
import org.tanada.app.web.PageRequest;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows.TypedPage;
import org.tanada.common.row.Stored;

/** The pages that are the same for everybody, and so are kept at the edges. */
@RestController
final class PublicPageController {
  private static final int PAGE = 24;
  private static final int MAX_DESCRIPTION = 160;

  private final Pages pages;
  private final Views views;
  private final VideoService videos;
  private final Previews previews;
  private final UserService users;
  private final Cursors cursors;

  PublicPageController(
      Pages pages,
      Views views,
      VideoService videos,
      Previews previews,
      UserService users,
      Cursors cursors) {
    this.pages = pages;
    this.views = views;
    this.videos = videos;
    this.previews = previews;
    this.users = users;
    this.cursors = cursors;
  }

  @GetMapping("/")
  ResponseEntity<byte[]> home(@RequestParam(required = false) @Nullable String cursor) {
    Long before = cursors.decode("pages", cursor);
    TypedPage<Video> newest = videos.newest(new PageRequest(PAGE, before));
    List<Long> owners = newest.rows().stream().map(Stored::owner).toList();
    Map<Long, Profile> sellers = users.findAll(owners);
    Map<Long, VideoPreview> seen = previews.of(newest.rows());
    PageOf<VideoView> shown =
        new PageOf<>(
            newest.rows().stream().map(video -> views.video(video, sellers, seen)).toList(),
            more("/", "pages", newest),
            before == null ? null : "/");
    return pages.shared(
        Page.shared(
                "home",
                "Newest videos",
                "What people here have made lately.",
                Map.of("videos", shown))
            .in(Section.HOME));
  }

  @GetMapping("/videos/{id}")
  ResponseEntity<byte[]> video(@PathVariable String id) {
    // as an anonymous visitor sees it, whoever asks: the edges keep it for everybody
    Stored<Video> video = videos.visible(null, Ids.ofPath(id));
    VideoView shown =
        views.video(video, users.findAll(List.of(video.owner())), previews.of(List.of(video)));
    return pages.shared(
        Page.shared(
            "video",
            shown.title(),
            shown.description().isEmpty() ? shown.title() : brief(shown.description()),
            Map.of("video", shown)));
  }

  @GetMapping("/users/{id}")
  ResponseEntity<byte[]> user(
      @PathVariable String id, @RequestParam(required = false) @Nullable String cursor) {
    long userId = Ids.ofPath(id);
    Profile profile =
        users
            .find(userId)
            .orElseThrow(
                () -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such user."));
    String list = "pages of " + userId;
    Long before = cursors.decode(list, cursor);
    TypedPage<Video> published = videos.ofOwner(null, userId, new PageRequest(PAGE, before));
    String path = "/users/" + userId;
    Map<Long, VideoPreview> seen = previews.of(published.rows());
    PageOf<VideoView> shown =
        new PageOf<>(
            published.rows().stream().map(video -> views.video(video, Map.of(), seen)).toList(),
            more(path, list, published),
            before == null ? null : path);
    return pages.shared(
        Page.shared(
            "user",
            profile.displayName(),
            profile.displayName() + " on Tanada.",
            Map.of("person", views.person(profile), "videos", shown)));
  }

  @GetMapping("/problems")
  ResponseEntity<byte[]> problems() {
    return pages.shared(
        Page.shared(
            "problems",
            "Problems",
            "Everything that can go wrong here, by its stable name.",
            Map.of("codes", List.of(ProblemCode.values()))));
  }

  @GetMapping("/problems/{code}")
  ResponseEntity<byte[]> problem(@PathVariable String code) {
    ProblemCode known =
        ProblemCode.find(code)
            .orElseThrow(() ->
                new ProblemException(ProblemCode.NOT_FOUND, "There is no problem of this name."));
    return pages.shared(
        Page.shared("problem", known.title(), known.advice(), Map.of("code", known)));
  }

  private @Nullable String more(String path, String list, TypedPage<?> page) {
    String cursor = cursors.encode(list, page.next());
    return cursor == null ? null : Pages.address(path, "cursor", cursor);
  }

  private static String brief(String text) {
    String line = text.replaceAll("\\s+", " ").strip();
    return line.codePointCount(0, line.length()) <= MAX_DESCRIPTION
        ? line
        : line.substring(0, line.offsetByCodePoints(0, MAX_DESCRIPTION - 1)) + "…";
  }
}
