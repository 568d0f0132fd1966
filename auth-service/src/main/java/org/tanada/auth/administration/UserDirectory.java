package org.tanada.auth.administration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.Names;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.PageLimit;
import org.tanada.auth.store.User;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Detail;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AdministrationContract.People;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.account.AdministrationContract.SearchUsers;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
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
    PageLimit.check(find.limit(), AdministrationContract.MAX_PAGE);
    String name = find.name();
    if (name != null && !name.isBlank()) {
      return new People(named(name.strip()).stream().toList(), null);
    }
    Rows.TypedPage<User> page = rows.page(User.TABLE, null, Map.of(), find.limit(), find.before());
    return new People(page.rows().stream().map(UserDirectory::person).toList(), page.next());
  }

  /**
   * Users with this part in a name, newest first. It looks at pages of accounts until it has found
   * enough, or has looked at {@value AdministrationContract#MAX_SEARCHED}: each costs the shards a
   * page by their primary keys, whatever the part is.
   */
  public People search(SearchUsers search) {
    PageLimit.check(search.limit(), AdministrationContract.MAX_PAGE);
    String part = Names.canonical(Objects.requireNonNullElse(search.part(), ""));
    if (part.length() < AdministrationContract.MIN_PART
        || part.length() > AdministrationContract.MAX_PART) {
      throw ProblemException.invalid(
          "part",
          "must have "
              + AdministrationContract.MIN_PART
              + " to "
              + AdministrationContract.MAX_PART
              + " characters");
    }
    List<Person> found = new ArrayList<>();
    Long before = search.before();
    for (int seen = 0; seen < AdministrationContract.MAX_SEARCHED; ) {
      Rows.TypedPage<User> page =
          rows.page(User.TABLE, null, Map.of(), RowsContract.MAX_PAGE, before);
      for (Stored<User> user : page.rows()) {
        if (named(user.value(), part)) {
          found.add(person(user));
          if (found.size() == search.limit()) {
            return new People(found, user.id());
          }
        }
      }
      before = page.next();
      if (before == null) {
        return new People(found, null);
      }
      seen += RowsContract.MAX_PAGE;
    }
    return new People(found, before);
  }

  private static boolean named(User user, String part) {
    return Names.canonical(user.username()).contains(part)
        || Names.canonical(user.displayName()).contains(part);
  }

  /** A user with their sessions. {@code not-found}. */
  public Detail detail(long userId) {
    return new Detail(person(rows.user(userId)), sessions.list(userId));
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
