package org.tanada.app.user;

import org.tanada.common.account.AccountsContract.Identity;

/** What another feature has to do before a user's account ends; a failure keeps the account. */
public interface Leaving {
  /** The user is about to go. May be called again after a failure. */
  void beforeLeaving(Identity user);
}
