package org.tanada.common.account;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What a user may be, beside the owner of their own things. */
public enum Role {
  /** Everybody's, from the sign-up on. */
  CUSTOMER,

  /** Offers videos: comes with the first one, unless an administrator has taken it. */
  SELLER,

  /** Withdraws videos of others. */
  MODERATOR,

  /** Gives and takes roles, ends sessions, locks accounts, reads the audit log. */
  ADMINISTRATOR;

  /** Before a role in a user's row that an administrator has taken. */
  public static final String TAKEN = "!";

  /** As it stands in rows, tokens and sessions, for example {@code seller}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The roles that a user has.
   *
   * @param column of the user's row: separated by commas, some perhaps {@link #TAKEN}
   */
  public static List<String> held(String column) {
    return Arrays.stream(column.split(",", -1))
        .filter(role -> !role.isEmpty() && !role.startsWith(TAKEN))
        .toList();
  }

  /** The role that is called so. */
  public static Optional<Role> find(String id) {
    for (Role role : values()) {
      if (role.id().equals(id)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }
}
