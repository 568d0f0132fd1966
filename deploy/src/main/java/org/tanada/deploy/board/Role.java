package org.tanada.deploy.board;

import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;

/**
 * One thing that a board does.
 *
 * @param tier the tier that it adds a node to: {@code app}, {@code storage-videos}, {@code mysql-1}
 * @param region of an edge, {@code tokyo} unless named; empty for others
 * @param copy of a database cluster: 1 is the primary; 0 for others
 */
public record Role(String tier, String region, int copy) {
  /**
   * Parses {@code app}, {@code edge/osaka}, {@code mysql-1-b}.
   *
   * @throws IllegalArgumentException if there is no such role; the message lists the roles
   */
  public static Role parse(String text) {
    int slash = text.indexOf('/');
    String name = slash < 0 ? text : text.substring(0, slash);
    String region = slash < 0 ? "" : text.substring(slash + 1);
    if (name.matches("mysql-[1-9]-[a-i]")) {
      return new Role(name.substring(0, 7), "", name.charAt(8) - 'a' + 1);
    }
    Kind kind;
    try {
      kind = Kind.ofTier(name);
    } catch (IllegalArgumentException e) {
      throw unknown(text, e);
    }
    if (kind == Kind.MYSQL
        || kind == Kind.BACKUP
        || (!region.isEmpty() && kind != Kind.EDGE)
        || text.endsWith("/")) {
      throw unknown(text, null);
    }
    return new Role(name, kind == Kind.EDGE && region.isEmpty() ? "tokyo" : region, 0);
  }

  private static IllegalArgumentException unknown(
      String text, @org.jspecify.annotations.Nullable Exception cause) {
    return new IllegalArgumentException(
        "there is no role \""
            + text
            + "\": nginx edge[/REGION] lb app auth router memcached "
            + String.join(" ", Purpose.neededTiers())
            + " storage-PURPOSE mysql-N-a mysql-N-b",
        cause);
  }

  /** What it is. */
  public Kind kind() {
    return Kind.ofTier(tier);
  }

  /** The compose profile that starts it. */
  public String profile() {
    return switch (kind()) {
      case NGINX -> "pi-front";
      case BACKUP -> throw new IllegalStateException("no role");
      case LB -> "pi-gateway";
      case MYSQL -> "pi-db";
      case MEMCACHED -> "pi-cache";
      case EDGE, APP, AUTH, ROUTER, STORAGE ->
          "pi-" + kind().name().toLowerCase(java.util.Locale.ROOT);
    };
  }

  /**
   * Megabytes that it needs at least, with the smallest heap or buffer pool that serves: what was
   * measured at rest and under gentle load ({@code docs/performance.md}), rounded up.
   */
  public int leastMegabytes() {
    return switch (kind()) {
      case EDGE -> 200;
      case LB -> 210;
      case APP -> 250;
      case AUTH -> 230;
      case ROUTER -> 220;
      case STORAGE -> 180;
      case MYSQL -> 250;
      case MEMCACHED -> 80;
      case NGINX -> 40;
      case BACKUP -> throw new IllegalStateException("no role");
    };
  }

  @Override
  public String toString() {
    if (copy > 0) {
      return tier + "-" + (char) ('a' + copy - 1);
    }
    return region.isEmpty() ? tier : tier + "/" + region;
  }
}
