package org.tanada.auth.administration;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Locks accounts and unlocks them. An administrator's is not locked, so that one is left. */
@Component
public final class AccountLocks {
  private final AccountRows rows;
  private final Changes changes;
  private final Audit audit;

  AccountLocks(AccountRows rows, Changes changes, Audit audit) {
    this.rows = rows;
    this.changes = changes;
    this.audit = audit;
  }

  /** See {@link org.tanada.common.account.AdministrationContract#lock}. */
  public Person lock(Lock lock) {
    changes.require(lock.by(), Role.ADMINISTRATOR);
    String wanted = lock.locked() ? User.LOCKED : User.ACTIVE;
    Stored<User> user = rows.user(lock.userId());
    if (user.value().state().equals(wanted)) {
      return UserDirectory.person(user);
    }
    columns(user.value(), lock, wanted); // refused before anything is written
    audit.before(
        lock.by(),
        lock.locked() ? What.ACCOUNT_LOCKED : What.ACCOUNT_UNLOCKED,
        lock.userId(),
        null);
    return UserDirectory.person(changes.rights(lock.userId(), now -> columns(now, lock, wanted)));
  }

  private static Map<String, @Nullable Object> columns(User user, Lock lock, String wanted) {
    if (user.state().equals(User.DELETED)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "The account is being deleted.");
    }
    if (lock.locked() && user.has(Role.ADMINISTRATOR)) {
      throw new ProblemException(
          ProblemCode.CONFLICT, "It is an administrator's: take that role first.");
    }
    return user.state().equals(wanted) ? Map.of() : Map.of("state", wanted);
  }
}
