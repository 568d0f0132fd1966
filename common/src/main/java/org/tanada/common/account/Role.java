package org.tanada.common.account;

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

  /** As it stands in rows, tokens and sessions, for example {@code seller}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
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
