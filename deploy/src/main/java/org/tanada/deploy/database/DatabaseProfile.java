package org.tanada.deploy.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.tanada.deploy.topology.PlannedNode;

/** What a database's disk is, and so how it writes. */
public enum DatabaseProfile {
  /** A disk that many small writes neither slow down nor wear out. */
  DISK,
  /** An SD card. */
  SD_CARD;

  /**
   * The profile of that name.
   *
   * @throws IllegalArgumentException if there is none; the message lists the names
   */
  public static DatabaseProfile of(String name) {
    return Arrays.stream(values())
        .filter(profile -> profile.toString().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("a storage is sd-card or disk, not \"" + name + "\""));
  }

  /** What it adds to a database's configuration: groups of settings, explained in the text. */
  public String settings() {
    return switch (this) {
      case DISK -> "";
      case SD_CARD -> resource("/database/sd-card.cnf");
    };
  }

  /** The option by which a server reads the groups of what it is: primary or replica. */
  public static String groupSuffix(PlannedNode node) {
    return "--defaults-group-suffix=" + (node.replica() ? "-replica" : "-primary");
  }

  private static String resource(String file) {
    try (InputStream in = DatabaseProfile.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As inventories and environments name it. */
  @Override
  public String toString() {
    return switch (this) {
      case DISK -> "disk";
      case SD_CARD -> "sd-card";
    };
  }
}
