package org.tanada.deploy.ship;

import java.nio.file.Path;

/** Where things are on a board. */
final class Layout {
  /** Holds {@code releases/ID} and the link {@code current}. */
  static final Path BASE = Path.of("/opt/tanada");

  /** The release in force. */
  static final Path CURRENT = BASE.resolve("current");

  /** The list of nodes, environments, secrets. */
  static final Path CONFIGURATION = Path.of("/etc/tanada");

  /** The list of nodes, which every service watches. */
  static final Path INVENTORY = CONFIGURATION.resolve("inventory.yml");

  /** What nodes keep; the home of the hidden command. */
  static final Path STATE = Path.of("/var/lib/tanada");

  private Layout() {}

  /** The name of a node's unit. */
  static String unit(String node) {
    return "tanada-" + node + ".service";
  }

  /** What a node keeps. */
  static Path state(String node) {
    return STATE.resolve("nodes").resolve(node);
  }

  /** Where the front door keeps its secrets while it runs. */
  static Path frontSecrets(String node) {
    return Path.of("/run/tanada", node, "secrets");
  }

  /** Where {@code root} keeps a node's secrets. */
  static Path secrets(String node) {
    return CONFIGURATION.resolve("secrets").resolve(node);
  }

  /** Where systemd shows a node its secrets. */
  static Path credentials(String node) {
    return Path.of("/run/credentials", unit(node));
  }
}
