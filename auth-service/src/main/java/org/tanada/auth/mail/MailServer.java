package org.tanada.auth.mail;

/** Sends mails. */
interface MailServer {
  /** Whether there is one: mails are kept else. */
  boolean configured();

  /**
   * Hands a mail over.
   *
   * @param id the same for each attempt, so that a mail that came twice is known for one
   */
  Outcome send(long id, Letter letter);
}
