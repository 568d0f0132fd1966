package org.tanada.app.video;

import org.springframework.stereotype.Component;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemException;

/**
 * Makes a customer a seller with the first video that they offer. No step of its own: whoever
 * uploads has said what they want, and the role is there to be taken, which ends their selling.
 */
@Component
final class Sellers {
  private final AccountsContract accounts;

  Sellers(AccountsContract accounts) {
    this.accounts = accounts;
  }

  /**
   * Sees to it that the user is a seller.
   *
   * @throws ProblemException {@code forbidden} if an administrator has taken that role
   */
  void require(Identity user) {
    if (!user.roles().contains(Role.SELLER.id())) {
      accounts.becomeSeller(
          user.userId()); // a token may be older than the role: then nothing changes
    }
  }
}
