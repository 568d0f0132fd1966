package org.tanada.auth.account;

/** What belongs to an account and ends with it. */
public interface AccountPart extends Portable {
  /** Ends all of it for this user; may be called again after a crash. */
  void endAll(long userId);

  /** Ends the sign-in with this id, if it is one of these. */
  void end(long id);
}
