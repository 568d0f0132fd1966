package org.tanada.auth.administration;

import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.Names;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Detail;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AdministrationContract.People;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** Finds users for administrators. */
@Component
public final class UserDirectory {
  private static final int MAX_NAME = 254;

  private final AccountRows rows;
  private final Sessions sessions;

  UserDirectory(AccountRows rows, Sessions sessions) {
    this.rows = rows;
    this.sessions = sessions;
  }

  /** All users, newest first, or the one who has this name, address or id. */
  public People users(FindUsers find) {
    if (find.limit() < 1 || find.limit() > AdministrationContract.MAX_PAGE) {
      throw ProblemException.invalid("limit", "must be 1 to " + AdministrationContract.MAX_PAGE);
    }
    String name = find.name();
    if (name != null && !name.isBlank()) {
      return new People(named(name.strip()).stream().toList(), null);
    }
    Rows.TypedPage<User> page = rows.page(User.TABLE, null, Map.of(), find.limit(), find.before());
    return new People(page.rows().stream().map(UserDirectory::person).toList(), page.next());
  }

  /** A user with their sessions. {@code not-found}. */
  public Detail detail(long userId) {
    return new Detail(person(require(userId)), sessions.list(userId));
  }

  /** The account as it is right now, whatever its state. {@code not-found}. */
  Stored<User> require(long userId) {
    return rows.findNow(User.TABLE, userId)
        .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such user."));
  }

  /** As administrators see it. */
  static Person person(Stored<User> user) {
    return new Person(
        user.id(),
        user.value().email(),
        user.value().username(),
        user.value().displayName(),
        user.value().roleList(),
        user.value().state(),
        user.createdAt());
  }

  private Optional<Person> named(String name) {
    if (name.length() > MAX_NAME) {
      return Optional.empty();
    }
    String kind = name.contains("@") ? Names.EMAIL : Names.USERNAME;
    Long holder = rows.holder(kind, Names.canonical(name));
    return Optional.ofNullable(holder)
        .flatMap(id -> rows.findNow(User.TABLE, id))
        .or(() -> byId(name))
        .map(UserDirectory::person);
  }

  private Optional<Stored<User>> byId(String text) {
    long id = TanadaId.parse(text);
    return id < 0 ? Optional.empty() : rows.findNow(User.TABLE, id);
  }
}
