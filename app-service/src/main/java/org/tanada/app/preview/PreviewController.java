package org.tanada.app.preview;

import static org.tanada.common.problem.ProblemCode.NOT_FOUND;

import io.swagger.v3.oas.annotations.Hidden;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.content.FileType;
import org.tanada.app.playback.PlaybackService;
import org.tanada.app.video.Previews;
import org.tanada.app.video.Video;
import org.tanada.app.video.VideoPreview;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.Ids;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** What was seen in videos, for whoever may see the videos' pages. */
@RestController
@Tag(name = "Videos")
class PreviewController {
  /** A picture never changes, but its video may be withdrawn: it is seen that much longer. */
  private static final String PUBLIC = "public, max-age=3600, s-maxage=600";

  private static final String PRIVATE = "private, no-store";
  private static final Duration TO_OPEN = Duration.ofMinutes(1);

  /** Far above what 1280 by 720 pixels take as JPEG. */
  private static final int MAX_POSTER = 4 << 20;

  private final VideoService videos;
  private final Previews previews;
  private final PlaybackService playback;
  private final Blobs blobs;
  private final SignedUrls urls;
  private final InstantSource clock;

  PreviewController(
      VideoService videos,
      Previews previews,
      PlaybackService playback,
      Blobs blobs,
      SignedUrls urls,
      InstantSource clock) {
    this.videos = videos;
    this.previews = previews;
    this.playback = playback;
    this.blobs = blobs;
    this.urls = urls;
    this.clock = clock;
  }

  /**
   * What was seen in a video.
   *
   * @param durationSeconds how long it plays, or null
   * @param poster path of a picture out of it, a JPEG of at most 1280 by 720 pixels, or null
   */
  @Schema(name = "VideoPreview")
  record PreviewBody(@Nullable Double durationSeconds, @Nullable String poster) {}

  @GetMapping("/api/v1/videos/{id}/preview")
  @SecurityRequirements
  @Operation(
      summary = "How long it plays, and a picture",
      description =
          "Seen in its content some seconds after the upload, where ffmpeg is installed; until then, "
              + "and where it is not, there is none.")
  @Problems(NOT_FOUND)
  ResponseEntity<PreviewBody> preview(
      @Parameter(hidden = true) Optional<Identity> viewer, @PathVariable("id") String id) {
    Stored<Video> video = seen(viewer.orElse(null), Ids.ofPath(id));
    VideoPreview preview =
        previews
            .of(video)
            .orElseThrow(
                () -> new ProblemException(NOT_FOUND, "Nothing was seen in its content so far."));
    Long millis = preview.durationMillis();
    Long poster = preview.posterId();
    return ResponseEntity.ok()
        .header("Cache-Control", PRIVATE)
        .body(
            new PreviewBody(
                millis == null ? null : millis / 1000.0,
                poster == null ? null : Previews.posterPath(video.id(), poster)));
  }

  @GetMapping("/posters/{id}/{poster}.jpg")
  @Hidden
  ResponseEntity<byte[]> poster(
      @Parameter(hidden = true) Optional<Identity> viewer,
      @PathVariable("id") String id,
      @PathVariable("poster") String poster) {
    Stored<Video> video = seen(viewer.orElse(null), Ids.ofPath(id));
    long file = Ids.ofPath(poster);
    boolean there =
        previews
            .of(video)
            .filter(preview -> Long.valueOf(file).equals(preview.posterId()))
            .isPresent();
    if (!there) {
      throw new ProblemException(NOT_FOUND, "There is no such picture.");
    }
    return ResponseEntity.ok()
        .header("Content-Type", FileType.JPEG.mediaType())
        .header("Cache-Control", video.value().isPublished() ? PUBLIC : PRIVATE)
        .header("X-Content-Type-Options", "nosniff")
        .eTag("\"" + file + "\"")
        .body(read(file));
  }

  private Stored<Video> seen(@Nullable Identity viewer, long id) {
    Stored<Video> video = videos.find(id).orElseThrow(VideoService::missing);
    if (!video.value().isPublished() && !playback.mayPlay(viewer, video)) {
      throw VideoService.missing();
    }
    return video;
  }

  private byte[] read(long file) {
    String path = Blobs.path(VideoService.PURPOSE, file);
    try (Blobs.Opened opened =
            blobs.open(VideoService.PURPOSE, urls.sign(path, clock.instant().plus(TO_OPEN)));
        InputStream content = opened.content()) {
      byte[] bytes = content.readNBytes(MAX_POSTER);
      if (content.read() >= 0) {
        throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "The picture is too large.");
      }
      return bytes;
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "The picture broke off.", e);
    }
  }
}
