package org.tanada.auth.account;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Ends accounts. The {@code users} row is marked first, which ends all access at once, and goes
 * last: whatever crashes in between, the same call again finishes the work.
 */
@Component
public final class AccountDeletion {
  private final AccountRows rows;
  private final SignOuts signOuts;
  private final List<AccountBelonging> belongings;

  AccountDeletion(AccountRows rows, SignOuts signOuts, List<AccountBelonging> belongings) {
    this.rows = rows;
    this.signOuts = signOuts;
    this.belongings = List.copyOf(belongings);
  }

  /**
   * Deletes the account; nothing if there is none. {@code conflict} if it is an administrator's,
   * who has to give up that role first, so that there is always one.
   */
  public void delete(long userId) {
    Stored<User> user = rows.findNow(User.TABLE, userId).orElse(null);
    if (user == null) {
      return;
    }
    if (user.value().has(Role.ADMINISTRATOR)) {
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "An administrator's account is not deleted: give up the role first.");
    }
    if (user.value().active()) {
      rows.commit(userId, Write.update(User.TABLE, userId, null, Map.of("state", User.DELETED)));
    }
    signOuts.everywhere(userId);
    rows.findNow(Credential.TABLE, userId)
        .ifPresent(credential -> {
          String fingerprint = credential.value().signupFingerprint();
          if (fingerprint != null) {
            rows.release(Names.SIGNUP_KEY, SignUpFingerprint.key(fingerprint), userId);
          }
          rows.deleteIfPresent(Credential.TABLE, userId, userId);
        });
    belongings.forEach(belonging -> belonging.delete(userId));
    if (!user.value().email().isEmpty()) {
      rows.release(Names.EMAIL, Names.canonical(user.value().email()), userId);
    }
    rows.release(Names.USERNAME, Names.canonical(user.value().username()), userId);
    rows.deleteIfPresent(User.TABLE, userId, userId);
  }
}
