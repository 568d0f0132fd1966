package org.tanada.auth.account;

import java.time.InstantSource;
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
 * Ends accounts. First the wish is kept: one transaction locks the {@code users} row, which ends
 * all access at once, and writes a row of {@code deletions}, by which app servers find the work
 * that is left. Then everything goes, the {@code users} row last: whatever crashes in between, the
 * same call again finishes the work.
 */
@Component
public final class AccountDeletion {
  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final SignOuts signOuts;
  private final InstantSource clock;
  private final List<AccountBelonging> belongings;

  AccountDeletion(
      AccountRows rows, SignOuts signOuts, InstantSource clock, List<AccountBelonging> belongings) {
    this.rows = rows;
    this.signOuts = signOuts;
    this.clock = clock;
    this.belongings = List.copyOf(belongings);
  }

  /**
   * Keeps the wish, and ends all sessions and tokens.
   *
   * @return whether it is new; false if it was kept before, or there is no such user
   * @throws ProblemException {@code conflict} if it is an administrator's account, who has to give
   *     up that role first, so that there is always one
   */
  public boolean begin(long userId) {
    Stored<User> user = rows.findNow(User.TABLE, userId).orElse(null);
    if (user == null) {
      return false;
    }
    boolean begun = keep(user);
    signOuts.everywhere(userId); // again if it was begun before: that server may be gone
    return begun;
  }

  private boolean keep(Stored<User> found) {
    long userId = found.id();
    Stored<User> user = found;
    for (int attempt = 1; user != null; attempt++) {
      if (rows.findNow(DeletionRow.TABLE, userId).isPresent()) {
        return false;
      }
      if (user.value().has(Role.ADMINISTRATOR)) {
        throw new ProblemException(
            ProblemCode.CONFLICT,
            "An administrator's account is not deleted: give up the role first.");
      }
      try {
        rows.commit(
            userId,
            Write.update(User.TABLE, userId, user.version(), Map.of("state", User.DELETED)),
            Write.insert(
                DeletionRow.TABLE,
                userId,
                new DeletionRow(
                    DeletionRow.ACCOUNT,
                    user.value().avatarId(),
                    user.value().avatarSmallId(),
                    0,
                    clock.instant(),
                    null)));
        return true;
      } catch (ProblemException e) {
        boolean overtaken =
            e.code() == ProblemCode.VERSION_MISMATCH
                || e.code() == ProblemCode.NOT_FOUND
                || e.code() == ProblemCode.DUPLICATE;
        if (!overtaken || attempt == ATTEMPTS) {
          throw e; // else the profile has changed, or the other half of a double click was faster
        }
        user = rows.findNow(User.TABLE, userId).orElse(null);
      }
    }
    return false;
  }

  /**
   * Deletes the account; if there is none any more, what was still on its way when it went.
   *
   * @return whether nobody had begun with it
   * @throws ProblemException {@code conflict}, see {@link #begin}
   */
  public boolean delete(long userId) {
    boolean begun = begin(userId);
    Stored<User> user = rows.findNow(User.TABLE, userId).orElse(null);
    if (user == null) {
      signOuts.leftovers(userId);
      belongings.forEach(belonging -> belonging.delete(userId));
      return begun;
    }
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
    return begun;
  }
}
