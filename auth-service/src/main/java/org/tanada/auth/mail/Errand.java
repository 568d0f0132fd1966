package org.tanada.auth.mail;

/**
 * Work that somebody has left behind in a row, like a mail: it is done at least once, whichever
 * server dies meanwhile.
 */
public interface Errand {
  /** What it is called in rows. */
  String kind();

  /**
   * Does it.
   *
   * @param id of the row, the same each time
   * @param owner of the row
   * @param about what was given to {@link Outbox#errand}
   */
  void run(long id, long owner, String about);
}
