package org.tanada.app.video;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tanada.app.web.Money;
import org.tanada.common.row.Stored;

/**
 * A video in the API. Names its owner by id only, so that its entity tag, the row's version, covers
 * all of it.
 *
 * @param id of the video
 * @param version for {@code If-Match}
 * @param ownerId whose it is
 * @param title title
 * @param description possibly empty
 * @param price price; 0 is free
 * @param state draft, published or withdrawn
 * @param content what was uploaded, or null
 * @param createdAt when it was created
 * @param updatedAt when it was last changed
 * @param publishedAt when it was last published, or null
 */
@Schema(name = "Video")
record VideoBody(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    long version,
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long ownerId,
    String title,
    String description,
    Money price,
    @Schema(allowableValues = {"draft", "published", "withdrawn"}) String state,
    @Nullable ContentBody content,
    Instant createdAt,
    Instant updatedAt,
    @Nullable Instant publishedAt) {
  static VideoBody of(Stored<Video> stored) {
    Video video = stored.value();
    Long size = video.contentSize();
    String type = video.contentType();
    return new VideoBody(
        stored.id(),
        stored.version(),
        stored.owner(),
        video.title(),
        video.description(),
        video.price(),
        video.state().name().toLowerCase(Locale.ROOT),
        size == null || type == null ? null : new ContentBody(type, size),
        stored.createdAt(),
        stored.updatedAt(),
        video.publishedAt());
  }

  /**
   * What was uploaded.
   *
   * @param type media type
   * @param size in bytes
   */
  @Schema(name = "VideoContent")
  record ContentBody(String type, long size) {}
}
