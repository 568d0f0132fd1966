package org.tanada.auth.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Table;

/**
 * A row of {@code users}: the account as everybody may see it, and its e-mail address.
 *
 * @param email address, as given; empty if none is known
 * @param username user name, as given
 * @param displayName name to show
 * @param bio about the user
 * @param avatarId blob of the picture
 * @param roles comma-separated
 * @param state {@link #ACTIVE}, or the account cannot be used
 */
public record User(
    String email,
    String username,
    String displayName,
    @Nullable String bio,
    @Nullable Long avatarId,
    String roles,
    String state) {
  /** The table. */
  public static final Table<User> TABLE = new Table<>("users", User.class);

  /** An account that may be used. */
  public static final String ACTIVE = "active";

  /** An account that is being deleted. */
  public static final String DELETED = "deleted";

  /** Whether the account may be used. */
  public boolean active() {
    return ACTIVE.equals(state);
  }

  /** The roles one by one. */
  public List<String> roleList() {
    return Arrays.stream(roles.split(",", -1)).filter(role -> !role.isEmpty()).toList();
  }
}
