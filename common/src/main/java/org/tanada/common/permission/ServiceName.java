package org.tanada.common.permission;

import java.util.Locale;
import java.util.Optional;

/** Who calls one of our services: each of these has a credential of its own. */
public enum ServiceName {
  /** nginx. */
  FRONT,
  EDGE,
  LB,
  APP,
  AUTH,
  ROUTER,
  STORAGE,

  /** The command line. */
  OPERATOR;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** How it stands in tables, credentials and files. */
  public String text() {
    return text;
  }

  /** The one that is written like that. */
  public static Optional<ServiceName> find(String text) {
    for (ServiceName name : values()) {
      if (name.text().equals(text)) {
        return Optional.of(name);
      }
    }
    return Optional.empty();
  }

  /**
   * The service of a tier; those of files are one, whatever their purpose.
   *
   * @throws IllegalArgumentException if the tier has none
   */
  public static ServiceName ofTier(String tier) {
    return find(tier.startsWith("storage-") ? "storage" : tier)
        .orElseThrow(() -> new IllegalArgumentException("no service has the tier " + tier));
  }
}
