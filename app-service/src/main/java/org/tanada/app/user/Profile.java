package org.tanada.app.user;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.blob.Blobs;
import org.tanada.common.row.Stored;

/**
 * What everybody may know of a user.
 *
 * @param id of the user
 * @param version of the row
 * @param username user name
 * @param displayName name to show
 * @param bio a few words, possibly none
 * @param avatarUrl path of the picture, or null
 * @param avatarSmallUrl path of the same picture, small; or null
 * @param createdAt when they signed up
 */
@Schema(description = "What everybody may know of a user.")
public record Profile(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    long version,
    String username,
    String displayName,
    String bio,
    @Nullable String avatarUrl,
    @Nullable String avatarSmallUrl,
    Instant createdAt) {
  static Profile of(Stored<UserRow> user) {
    UserRow row = user.value();
    Long avatar = row.avatarId();
    Long small =
        row.avatarSmallId() == null ? avatar : row.avatarSmallId(); // from before: one size
    return new Profile(
        user.id(),
        user.version(),
        row.username(),
        row.displayName(),
        row.bio() == null ? "" : row.bio(),
        avatar == null ? null : Blobs.path("profiles", avatar),
        small == null ? null : Blobs.path("profiles", small),
        user.createdAt());
  }
}
