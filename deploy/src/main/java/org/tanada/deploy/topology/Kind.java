package org.tanada.deploy.topology;

/** What a node is, and so how it is started. */
public enum Kind {
  EDGE,
  LB,
  APP,
  AUTH,
  ROUTER,
  STORAGE,
  MEMCACHED,
  MYSQL,
  NGINX,
  /** Keeps copies of the databases' logs, for backups; there once a backup was made. */
  BACKUP;

  /**
   * The kind of a tier by its name.
   *
   * @throws IllegalArgumentException if there is no such tier
   */
  public static Kind ofTier(String tier) {
    if (tier.matches("mysql-[1-9]")) {
      return MYSQL;
    }
    if (Purpose.names(tier)) {
      return STORAGE;
    }
    return switch (tier) {
      case "edge" -> EDGE;
      case "lb" -> LB;
      case "app" -> APP;
      case "auth" -> AUTH;
      case "router" -> ROUTER;
      case "memcached" -> MEMCACHED;
      case "nginx" -> NGINX;
      case "backup" -> BACKUP;
      default -> throw new IllegalArgumentException("there is no tier \"" + tier + "\"");
    };
  }

  /** Whether it is one of our Spring Boot services. */
  public boolean service() {
    return switch (this) {
      case EDGE, LB, APP, AUTH, ROUTER, STORAGE -> true;
      case MEMCACHED, MYSQL, NGINX, BACKUP -> false;
    };
  }

  /**
   * Whether others must still know the node while it is stopped: it holds data, or a part of a key
   * space that must not move.
   */
  public boolean keepsPlace() {
    return switch (this) {
      case STORAGE, MEMCACHED, MYSQL -> true;
      case EDGE, LB, APP, AUTH, ROUTER, NGINX, BACKUP -> false;
    };
  }

  /** Whether {@code scale} may change the number of its nodes. */
  public boolean scalable() {
    return this != MYSQL && this != NGINX && this != BACKUP;
  }

  /** Order of the start: a lower wave is begun first, and stopped last. */
  public int wave() {
    return switch (this) {
      case MYSQL, MEMCACHED -> 0;
      case ROUTER, BACKUP -> 1;
      case STORAGE, AUTH -> 2;
      case APP -> 3;
      case LB, EDGE -> 4;
      case NGINX -> 5;
    };
  }
}
