package org.tanada.auth.revocation;

import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.row.Stored;

/**
 * Users as sessions and tokens may say they are. A copy that is behind will do, unless all that a
 * user had was ended a short while ago: then their roles or the state of the account may be new.
 */
@Component
public final class CurrentUsers {
  private final AccountRows rows;
  private final RevocationLog revocations;

  CurrentUsers(AccountRows rows, RevocationLog revocations) {
    this.rows = rows;
    this.revocations = revocations;
  }

  /** The user, if the account may be used. {@code unavailable}. */
  public Optional<Stored<User>> active(long userId) {
    boolean behindWillDo = revocations.known().fresh() && !revocations.known().endedLately(userId);
    return (behindWillDo ? rows.find(User.TABLE, userId) : rows.findNow(User.TABLE, userId))
        .filter(user -> user.value().active());
  }
}
