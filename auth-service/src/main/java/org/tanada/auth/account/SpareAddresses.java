package org.tanada.auth.account;

import org.springframework.stereotype.Component;
import org.tanada.auth.mail.Errand;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;

/** Gives addresses up that were claimed for a user who has another one. */
@Component
final class SpareAddresses implements Errand {
  static final String KIND = "spare-address";

  private final AccountRows rows;

  SpareAddresses(AccountRows rows) {
    this.rows = rows;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void run(long id, long userId, String address) {
    String spare = Names.canonical(address);
    boolean own =
        rows.findNow(User.TABLE, userId)
            .filter(user -> Names.canonical(user.value().email()).equals(spare))
            .isPresent();
    if (!own && !spare.isEmpty()) {
      rows.release(Names.EMAIL, spare, userId);
    }
  }
}
