package org.tanada.app.user;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code users}: auth-service inserts and deletes it, the shop changes the profile.
 *
 * @param email address, as it was typed
 * @param username user name, as it was typed
 * @param displayName name to show
 * @param bio a few words about oneself
 * @param avatarId blob of the avatar, or null
 * @param avatarSmallId blob of the same picture, small; or null
 * @param roles comma-separated
 * @param state of the account, auth-service's business
 * @param emailVerifiedAt when the user has shown that the address is theirs, or null
 */
public record UserRow(
    String email,
    String username,
    String displayName,
    @Nullable String bio,
    @Nullable Long avatarId,
    @Nullable Long avatarSmallId,
    @Nullable String roles,
    @Nullable String state,
    @Nullable Instant emailVerifiedAt) {
  /** The state of an account that is being deleted: for all others it is gone. */
  private static final String DELETED = "deleted";

  /** The table. */
  public static final Table<UserRow> TABLE = new Table<>("users", UserRow.class);

  /** Whether the account is there, and not about to go. */
  boolean stays() {
    return !DELETED.equals(state);
  }
}
