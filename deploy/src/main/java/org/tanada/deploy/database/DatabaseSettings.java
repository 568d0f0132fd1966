package org.tanada.deploy.database;

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
}
