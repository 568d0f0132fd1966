package org.tanada.app.page;

import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Content;
import org.tanada.app.content.FileType;
import org.tanada.app.page.Pages.Page;
import org.tanada.app.page.view.Form;
import org.tanada.app.page.view.Frame.Section;
import org.tanada.app.session.CurrentUser;
import org.tanada.app.video.NewVideo;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Creating a video, with its file or before it. */
@RestController
final class UploadPageController {
  private final Pages pages;
  private final VideoService videos;
  private final AppProperties limits;

  UploadPageController(Pages pages, VideoService videos, AppProperties limits) {
    this.pages = pages;
    this.videos = videos;
    this.limits = limits;
  }

  @GetMapping("/upload")
  ResponseEntity<byte[]> upload() {
    Identity user = CurrentUser.required();
    return pages.own(page(user, VideoForm.empty().form("key", Forms.newKey())));
  }

  @PostMapping("/upload")
  ResponseEntity<byte[]> upload(
      @RequestParam(defaultValue = "") String title,
      @RequestParam(defaultValue = "") String description,
      @RequestParam(defaultValue = "") String price,
      @RequestParam(defaultValue = "") String currency,
      @RequestParam(defaultValue = "") String key,
      @RequestParam(required = false) @Nullable MultipartFile content)
      throws IOException {
    Identity user = CurrentUser.required();
    VideoForm typed = new VideoForm(title, description, price, currency);
    MultipartFile file = content == null || content.isEmpty() ? null : content;
    try {
      if (file != null) {
        look(file);
      }
    } catch (ProblemException e) {
      return pages.own(Forms.status(e), page(user, Forms.file(again(typed), "content", e)));
    }
    Stored<Video> video;
    try {
      video =
          videos.create(
              user,
              new NewVideo(typed.title(), typed.description(), typed.checked()),
              IdempotencyKey.of(Forms.optional(key)));
    } catch (ProblemException e) {
      return pages.own(Forms.status(e), page(user, Forms.again(again(typed), e)));
    }
    if (file == null) {
      return Pages.seeOther("/me/videos/" + video.id() + "?notice=created");
    }
    store(videos, user, video.id(), file, limits);
    return Pages.seeOther("/me/videos/" + video.id() + "?notice=uploaded");
  }

  /** Passes the file on, from where the server spooled it. */
  static void store(
      VideoService videos, Identity owner, long id, MultipartFile file, AppProperties limits)
      throws IOException {
    try (InputStream body = file.getInputStream()) {
      videos.upload(owner, id, open(file, body, limits));
    }
  }

  /** Looks whether the file would be taken, before a video is made for it. */
  private void look(MultipartFile file) throws IOException {
    try (InputStream body = file.getInputStream()) {
      open(file, body, limits);
    }
  }

  private static Content open(MultipartFile file, InputStream body, AppProperties limits)
      throws IOException {
    return Content.open(
        FileType.VIDEOS, limits.maxVideoSize(), file.getContentType(), body, file.getSize());
  }

  private static Form again(VideoForm typed) {
    return typed.form("key", Forms.newKey());
  }

  private static Page page(Identity user, Form form) {
    return Page.own(
        "upload",
        "Upload a video",
        Section.UPLOAD,
        Views.visitor(user),
        Map.of("form", form, "currencies", VideoForm.CURRENCIES));
  }
}
