package org.tanada.common.permission;

import java.util.Locale;
import java.util.Optional;

/** Whom a rule lets in. Of several in one rule any will do. */
public enum Who {
  /** Whoever comes through the front door. */
  ANYONE,

  /** A user, whichever. */
  SIGNED_IN,

  /** The user whose thing it is; the service that has its row decides. */
  OWNER,

  /** A user with the role of that name. */
  CUSTOMER,

  /** A user with the role of that name. */
  SELLER,

  /** A user with the role of that name. */
  MODERATOR,

  /** A user with the role of that name. */
  ADMINISTRATOR,

  /**
   * Some of our own services, or the operator's command line, by their credentials: a table names
   * them.
   */
  SERVICE,

  /**
   * A service that passes on an address which we have signed and which has not expired; {@code
   * signed-url:edge} in a table.
   */
  SIGNED_URL,

  /** Whoever is in the services' network: questions about health, without a credential. */
  PROBE,

  /** It is mapped by a library, and not wanted. */
  NOBODY;

  /** How it stands in a table, for example {@code signed-in}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether it is about users, whom only the app servers know. */
  public boolean aboutUsers() {
    return switch (this) {
      case ANYONE, SIGNED_IN, OWNER -> true;
      case CUSTOMER, SELLER, MODERATOR, ADMINISTRATOR -> true;
      case SERVICE, SIGNED_URL, PROBE, NOBODY -> false;
    };
  }

  /** Whether it is a role of users. */
  public boolean role() {
    return switch (this) {
      case CUSTOMER, SELLER, MODERATOR, ADMINISTRATOR -> true;
      case ANYONE, SIGNED_IN, OWNER, SERVICE, SIGNED_URL, PROBE, NOBODY -> false;
    };
  }

  /** Whether a table has it in another form than its name alone. */
  boolean written() {
    return this == OWNER || this == SERVICE || this == SIGNED_URL;
  }

  /** The one that stands in a table like that. */
  static Optional<Who> find(String text) {
    for (Who who : values()) {
      if (who.text().equals(text)) {
        return Optional.of(who);
      }
    }
    return Optional.empty();
  }
}
