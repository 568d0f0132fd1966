package org.tanada.app.user;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.Role;
import org.tanada.common.row.Stored;

/**
 * What a user knows of themselves: the profile, and what nobody else sees.
 *
 * @param id of the user
 * @param version for {@code If-Match}
 * @param email address
 * @param emailVerified whether the user has shown that it is theirs
 * @param username user name
 * @param displayName name to show
 * @param bio a few words, possibly none
 * @param avatarUrl path of the picture, or null
 * @param avatarSmallUrl path of the same picture, small; or null
 * @param roles for example {@code customer}
 * @param createdAt when they signed up
 */
@Schema(description = "The own profile.")
public record Account(
    @JsonFormat(shape = JsonFormat.Shape.STRING) @Schema(type = "string") long id,
    long version,
    String email,
    boolean emailVerified,
    String username,
    String displayName,
    String bio,
    @Nullable String avatarUrl,
    @Nullable String avatarSmallUrl,
    List<String> roles,
    Instant createdAt) {
  public Account {
    roles = List.copyOf(roles);
  }

  static Account of(Stored<UserRow> user) {
    Profile profile = Profile.of(user);
    return new Account(
        profile.id(),
        profile.version(),
        user.value().email(),
        user.value().emailVerifiedAt() != null,
        profile.username(),
        profile.displayName(),
        profile.bio(),
        profile.avatarUrl(),
        profile.avatarSmallUrl(),
        Role.held(Objects.requireNonNullElse(user.value().roles(), "")),
        profile.createdAt());
  }
}
