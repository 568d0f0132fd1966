package org.tanada.auth.administration;

import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.SignOuts;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Changes what a user may do. All that has begun before ends twice: before the change, so that a
 * crash in between has signed out and changed nothing, and after it, for what has begun in between
 * (a sign-in that was under way finds the change by itself). So a session never has rights that it
 * did not begin with, and none that its user has lost.
 */
@Component
final class Changes {
  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final SignOuts signOuts;

  Changes(AccountRows rows, SignOuts signOuts) {
    this.rows = rows;
    this.signOuts = signOuts;
  }

  /**
   * Whether the actor may do it now, whatever their session said.
   *
   * @throws ProblemException {@code forbidden}
   */
  void require(Actor by, Role role) {
    Long userId = by.userId();
    if (userId == null) {
      return; // whoever may call services at all
    }
    boolean may =
        rows.findNow(User.TABLE, userId)
            .map(Stored::value)
            .filter(User::active)
            .filter(user -> user.has(role))
            .isPresent();
    if (!may) {
      throw new ProblemException(
          ProblemCode.FORBIDDEN, "That is for a user with the role " + role.id() + ".");
    }
  }

  /** A change of rights. {@code not-found}, {@code unavailable}. */
  Stored<User> rights(long userId, Function<User, Map<String, @Nullable Object>> change) {
    signOuts.everywhere(userId);
    Stored<User> changed = columns(userId, change);
    signOuts.everywhere(userId);
    return changed;
  }

  /** A change of columns, again while others change the same row. No columns: no change. */
  Stored<User> columns(long userId, Function<User, Map<String, @Nullable Object>> change) {
    for (int attempt = 1; ; attempt++) {
      Stored<User> user = rows.user(userId);
      Map<String, @Nullable Object> columns = change.apply(user.value());
      if (columns.isEmpty()) {
        return user;
      }
      try {
        return Stored.of(
            User.TABLE,
            rows.commit(userId, Write.update(User.TABLE, userId, user.version(), columns))
                .rows()
                .getFirst());
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.VERSION_MISMATCH || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}
