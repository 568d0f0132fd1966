package org.tanada.deploy.database;

import java.util.Map;

/**
 * What a database's machine is good for.
 *
 * @param profile what its disk is
 * @param pool size of the buffer pool, as the servers write it: {@code 64M}
 */
public record DatabaseSettings(DatabaseProfile profile, String pool) {
  /** A machine that the database shares with all other nodes. */
  public static final DatabaseSettings SHARED = new DatabaseSettings(DatabaseProfile.DISK, "56M");

  public DatabaseSettings {
    if (!pool.matches("[1-9][0-9]{0,6}[MG]")) {
      throw new IllegalArgumentException("a buffer pool is as in 64M or 2G, not \"" + pool + "\"");
    }
  }

  /**
   * By the same variables as a container: {@code TANADA_DB_PROFILE} and {@code TANADA_MYSQL_POOL}.
   *
   * @throws IllegalArgumentException if one of them is given and is none
   */
  public static DatabaseSettings of(Map<String, String> environment) {
    return new DatabaseSettings(
        DatabaseProfile.of(
            environment.getOrDefault("TANADA_DB_PROFILE", SHARED.profile().toString())),
        environment.getOrDefault("TANADA_MYSQL_POOL", SHARED.pool()));
  }
}
