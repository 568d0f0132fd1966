package org.tanada.app.video;

import static org.tanada.common.problem.ProblemCode.CONFLICT;
import static org.tanada.common.problem.ProblemCode.CONTENT_TOO_LARGE;
import static org.tanada.common.problem.ProblemCode.DIGEST_MISMATCH;
import static org.tanada.common.problem.ProblemCode.FORBIDDEN;
import static org.tanada.common.problem.ProblemCode.IDEMPOTENCY_KEY_REUSED;
import static org.tanada.common.problem.ProblemCode.INVALID_CURSOR;
import static org.tanada.common.problem.ProblemCode.NOT_FOUND;
import static org.tanada.common.problem.ProblemCode.PRECONDITION_REQUIRED;
import static org.tanada.common.problem.ProblemCode.QUOTA_EXCEEDED;
import static org.tanada.common.problem.ProblemCode.UNAUTHENTICATED;
import static org.tanada.common.problem.ProblemCode.UNSUPPORTED_MEDIA_TYPE;
import static org.tanada.common.problem.ProblemCode.VALIDATION_FAILED;
import static org.tanada.common.problem.ProblemCode.VERSION_MISMATCH;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Content;
import org.tanada.app.content.FileType;
import org.tanada.app.user.UserService;
import org.tanada.app.web.Answers;
import org.tanada.app.web.Cursors;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.Ids;
import org.tanada.app.web.IfMatch;
import org.tanada.app.web.ItemList;
import org.tanada.app.web.PageRequest;
import org.tanada.app.web.Problems;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** Videos: everybody's to find, their owner's to make. */
@RestController
@RequestMapping("/api/v1/videos")
@Tag(name = "Videos", description = "Everybody's to find, their owner's to make.")
class VideoController {
  private final VideoService videos;
  private final Moderation moderation;
  private final UserService users;
  private final Cursors cursors;
  private final AppProperties properties;

  VideoController(
      VideoService videos,
      Moderation moderation,
      UserService users,
      Cursors cursors,
      AppProperties properties) {
    this.videos = videos;
    this.moderation = moderation;
    this.users = users;
    this.cursors = cursors;
    this.properties = properties;
  }

  @GetMapping
  @SecurityRequirements
  @Operation(
      summary = "Published videos",
      description =
          "Newest first; with `owner` one user's, which for the owner themselves includes drafts.")
  @Problems({INVALID_CURSOR, VALIDATION_FAILED, NOT_FOUND})
  ResponseEntity<ItemList<VideoBody>> list(
      @Parameter(hidden = true) Optional<Identity> viewer,
      @RequestParam(name = "owner", required = false) @Nullable String owner,
      @RequestParam(name = "limit", defaultValue = "20")
          @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "100"))
          int limit,
      @RequestParam(name = "cursor", required = false) @Nullable String cursor) {
    if (owner == null) {
      PageRequest page = new PageRequest(limit, cursors.decode("videos", cursor));
      return Answers.list(cursors, "videos", videos.newest(page), VideoBody::of);
    }
    long ownerId = Ids.ofPath(owner);
    String list = "videos?owner=" + ownerId;
    PageRequest page = new PageRequest(limit, cursors.decode(list, cursor));
    if (users.find(ownerId).isEmpty()) {
      throw new ProblemException(NOT_FOUND, "There is no such user.");
    }
    Rows.TypedPage<Video> found = videos.ofOwner(viewer.orElse(null), ownerId, page);
    return Answers.list(cursors, list, found, VideoBody::of);
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(summary = "Create a draft")
  @Problems({UNAUTHENTICATED, VALIDATION_FAILED, IDEMPOTENCY_KEY_REUSED})
  ResponseEntity<VideoBody> create(
      @Parameter(hidden = true) Identity user,
      @RequestHeader(name = IdempotencyKey.HEADER, required = false) @Nullable String key,
      @RequestBody NewVideo video) {
    Stored<Video> created = videos.create(user, video, IdempotencyKey.of(key));
    return created(created);
  }

  @GetMapping("/{id}")
  @SecurityRequirements
  @Operation(summary = "A video", description = "An unpublished one is only its owner's to see.")
  @Problems(NOT_FOUND)
  ResponseEntity<VideoBody> one(
      @Parameter(hidden = true) Optional<Identity> viewer, @PathVariable("id") String id) {
    return answer(videos.visible(viewer.orElse(null), Ids.ofPath(id)));
  }

  @PatchMapping("/{id}")
  @Operation(summary = "Change title, description or price")
  @Problems({
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    VERSION_MISMATCH,
    PRECONDITION_REQUIRED,
    VALIDATION_FAILED
  })
  ResponseEntity<VideoBody> change(
      @Parameter(hidden = true) Identity user,
      @PathVariable("id") String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch,
      @RequestBody VideoChange change) {
    return answer(videos.change(user, Ids.ofPath(id), IfMatch.of(ifMatch), change));
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  @Operation(
      summary = "Delete a video and its content",
      description = "One that was sold can only be withdrawn.")
  @Problems({
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    VERSION_MISMATCH,
    PRECONDITION_REQUIRED,
    CONFLICT
  })
  ResponseEntity<Void> delete(
      @Parameter(hidden = true) Identity user,
      @PathVariable("id") String id,
      @RequestHeader(name = "If-Match", required = false) @Nullable String ifMatch) {
    videos.delete(user, Ids.ofPath(id), IfMatch.of(ifMatch));
    return Answers.noContent();
  }

  @PutMapping("/{id}/content")
  @ResponseStatus(HttpStatus.CREATED)
  @Operation(
      summary = "Upload the content",
      description = "The body is the file: MP4 or WebM. It replaces what was there.")
  @io.swagger.v3.oas.annotations.parameters.RequestBody(
      required = true,
      content = {
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "video/mp4",
            schema = @Schema(type = "string", format = "binary")),
        @io.swagger.v3.oas.annotations.media.Content(
            mediaType = "video/webm",
            schema = @Schema(type = "string", format = "binary"))
      })
  @Problems({
    UNAUTHENTICATED,
    FORBIDDEN,
    NOT_FOUND,
    CONTENT_TOO_LARGE,
    QUOTA_EXCEEDED,
    UNSUPPORTED_MEDIA_TYPE,
    DIGEST_MISMATCH
  })
  ResponseEntity<VideoBody> upload(
      @Parameter(hidden = true) Identity user,
      @PathVariable("id") String id,
      @Parameter(hidden = true) HttpServletRequest request)
      throws IOException {
    long videoId = Ids.ofPath(id);
    videos.checkOwner(user, videoId); // before a byte is read
    Content content =
        Content.open(
            FileType.VIDEOS,
            properties.maxVideoSize(),
            request.getContentType(),
            request.getInputStream(),
            request.getContentLengthLong());
    return created(videos.upload(user, videoId, content));
  }

  @PostMapping("/{id}/publication")
  @Operation(
      summary = "Publish",
      description =
          "Needs content; publishing again changes nothing. What a moderator has withdrawn, only a"
              + " moderator publishes again.")
  @Problems({UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, CONFLICT})
  ResponseEntity<VideoBody> publish(
      @Parameter(hidden = true) Identity user, @PathVariable("id") String id) {
    return answer(moderation.publish(user, Ids.ofPath(id)));
  }

  @DeleteMapping("/{id}/publication")
  @Operation(
      summary = "Withdraw",
      description =
          "Buyers keep it; withdrawing again changes nothing. Moderators withdraw those of others.")
  @Problems({UNAUTHENTICATED, FORBIDDEN, NOT_FOUND})
  ResponseEntity<VideoBody> withdraw(
      @Parameter(hidden = true) Identity user, @PathVariable("id") String id) {
    return answer(moderation.withdraw(user, Ids.ofPath(id)));
  }

  private static ResponseEntity<VideoBody> answer(Stored<Video> video) {
    return Answers.ok(video.version(), VideoBody.of(video));
  }

  private static ResponseEntity<VideoBody> created(Stored<Video> video) {
    return Answers.created("/api/v1/videos/" + video.id(), video.version(), VideoBody.of(video));
  }
}
