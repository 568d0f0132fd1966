package org.tanada.auth.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.Role;
import org.tanada.common.row.Table;

/**
 * A row of {@code users}: the account as everybody may see it, and its e-mail address.
 *
 * @param email address, as given; empty if none is known
 * @param username user name, as given
 * @param displayName name to show
 * @param bio about the user
 * @param avatarId blob of the picture
 * @param avatarSmallId the same, small
 * @param roles comma-separated; one that an administrator has taken, and that would come again by
 *     itself, stays with a {@code !} before it
 * @param state {@link #ACTIVE}, or the account cannot be used
 * @param emailVerifiedAt when its owner has shown that the address is theirs; null if they have not
 */
public record User(
    String email,
    String username,
    String displayName,
    @Nullable String bio,
    @Nullable Long avatarId,
    @Nullable Long avatarSmallId,
    String roles,
    String state,
    @Nullable Instant emailVerifiedAt) {
  /** The table. */
  public static final Table<User> TABLE = new Table<>("users", User.class);

  /** An account that may be used. */
  public static final String ACTIVE = "active";

  /** An account that an administrator has locked. */
  public static final String LOCKED = "locked";

  /** An account that is being deleted. */
  public static final String DELETED = "deleted";

  /** Whether the account may be used. */
  public boolean active() {
    return ACTIVE.equals(state);
  }

  /** The roles one by one. */
  public List<String> roleList() {
    return Role.held(roles);
  }

  /** Whether the user has the role. */
  public boolean has(Role role) {
    return words().anyMatch(role.id()::equals);
  }

  /** Whether an administrator has taken the role. */
  public boolean taken(Role role) {
    return words().anyMatch((Role.TAKEN + role.id())::equals);
  }

  /** The column with the role. */
  public String with(Role role) {
    return Stream.concat(others(role), Stream.of(role.id())).collect(Collectors.joining(","));
  }

  /** The column without the role. */
  public String without(Role role) {
    Stream<String> rest =
        role == Role.SELLER ? Stream.of(Role.TAKEN + role.id()) : Stream.<String>empty();
    return Stream.concat(others(role), rest).collect(Collectors.joining(","));
  }

  private Stream<String> others(Role role) {
    return words().filter(word -> !word.equals(role.id()) && !word.equals(Role.TAKEN + role.id()));
  }

  private Stream<String> words() {
    return Arrays.stream(roles.split(",", -1)).filter(word -> !word.isEmpty());
  }
}
