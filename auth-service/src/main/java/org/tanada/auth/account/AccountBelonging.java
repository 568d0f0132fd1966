package org.tanada.auth.account;

/** What outlives every sign-out and goes with the account itself. */
public interface AccountBelonging extends Portable {
  /**
   * Deletes all of it for this user; may be called again after a crash. The credential is gone by
   * then, so whoever adds to it in a transaction that touches the credential fails.
   */
  void delete(long userId);
}
