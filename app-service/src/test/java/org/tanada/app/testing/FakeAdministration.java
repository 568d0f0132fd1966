package org.tanada.app.testing;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.app.user.UserRow;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** auth-service's part for administrators, in memory, with a log that is a list. */
public final class FakeAdministration implements AdministrationContract, AuditContract {
  private final RowsContract router;
  private final Rows rows;
  private final FakeAccounts accounts;
  private final InstantSource clock;
  private final List<Entry> entries = new ArrayList<>();
  private boolean down;

  FakeAdministration(RowsContract router, FakeAccounts accounts, InstantSource clock) {
    this.router = router;
    this.rows = new Rows(router);
    this.accounts = accounts;
    this.clock = clock;
  }

  /** From now on nothing can be written to the log, or works again. */
  public synchronized void down(boolean isDown) {
    down = isDown;
  }

  @Override
  public synchronized People users(FindUsers find) {
    String name = find.name();
    if (name != null) {
      Long id =
          router
              .resolve(
                  new RowsContract.Name(
                      name.contains("@") ? "email" : "username",
                      name.toLowerCase(java.util.Locale.ROOT)))
              .id();
      if (id == null && name.matches("[0-9]{1,18}")) {
        id = Long.valueOf(name);
      }
      return new People(
          id == null
              ? List.of()
              : rows.find(UserRow.TABLE, id, Consistency.PRIMARY).stream()
                  .map(FakeAdministration::person)
                  .toList(),
          null);
    }
    Rows.TypedPage<UserRow> page =
        rows.newest(UserRow.TABLE, Map.of(), find.limit(), find.before(), Consistency.PRIMARY);
    return new People(page.rows().stream().map(FakeAdministration::person).toList(), page.next());
  }

  @Override
  public synchronized People search(SearchUsers search) {
    String part = search.part().toLowerCase(java.util.Locale.ROOT);
    List<Person> found = new ArrayList<>();
    Long before = search.before();
    do {
      Rows.TypedPage<UserRow> page =
          rows.newest(UserRow.TABLE, Map.of(), 100, before, Consistency.PRIMARY);
      for (Stored<UserRow> user : page.rows()) {
        if (user.value().username().contains(part)
            || user.value().displayName().toLowerCase(java.util.Locale.ROOT).contains(part)) {
          found.add(person(user));
          if (found.size() == search.limit()) {
            return new People(found, user.id());
          }
        }
      }
      before = page.next();
    } while (before != null);
    return new People(found, null);
  }

  @Override
  public synchronized Detail user(long userId) {
    return new Detail(person(row(userId)), accounts.sessions(userId));
  }

  @Override
  public synchronized Person changeRole(ChangeRole change) {
    Role role = Role.find(change.role()).orElseThrow();
    Stored<UserRow> user = row(change.userId());
    List<String> now = roles(user.value());
    if (now.contains(role.id()) == change.give()) {
      return person(user);
    }
    if (role == Role.ADMINISTRATOR && !change.give() && administrators() == 1) {
      throw new ProblemException(ProblemCode.CONFLICT, "It is the last one.");
    }
    add(change.by(), change.give() ? What.ROLE_GIVEN : What.ROLE_TAKEN, change.userId(), role.id());
    Predicate<String> other = word -> !word.equals(role.id()) && !word.equals("!" + role.id());
    String roles =
        Stream.concat(
                Arrays.stream(String.valueOf(user.value().roles()).split(",", -1)).filter(other),
                Stream.of(change.give() ? role.id() : "!" + role.id()))
            .collect(Collectors.joining(","));
    return set(change.userId(), "roles", roles);
  }

  @Override
  public synchronized Person lock(Lock lock) {
    if (lock.locked() && roles(row(lock.userId()).value()).contains("administrator")) {
      throw new ProblemException(ProblemCode.CONFLICT, "It is an administrator's.");
    }
    add(
        lock.by(),
        lock.locked() ? What.ACCOUNT_LOCKED : What.ACCOUNT_UNLOCKED,
        lock.userId(),
        null);
    return set(lock.userId(), "state", lock.locked() ? "locked" : "active");
  }

  @Override
  public synchronized void endSessions(EndSessions end) {
    Long session = end.sessionId();
    add(end.by(), What.SESSIONS_ENDED, end.userId(), session == null ? "all" : session.toString());
    if (session == null) {
      accounts.signOutEverywhere(end.userId());
    } else {
      accounts.endSession(end.userId(), session);
    }
  }

  @Override
  public synchronized void record(Act act) {
    add(act.by(), act.what(), act.userId(), act.detail());
  }

  @Override
  public synchronized Entries entries(Query query) {
    List<Entry> found =
        entries.reversed().stream()
            .filter(entry -> query.whom() == null || query.whom().equals(entry.whomId()))
            .filter(entry -> query.who() == null || query.who().equals(entry.whoId()))
            .filter(entry -> query.what() == null || query.what().id().equals(entry.what()))
            .filter(entry -> query.before() == null || entry.id() < query.before())
            .toList();
    return found.size() <= query.limit()
        ? new Entries(found, null)
        : new Entries(found.subList(0, query.limit()), found.get(query.limit() - 1).id());
  }

  @Override
  public Checked check(Check check) {
    throw new ProblemException(ProblemCode.NOT_FOUND, "A list has no chains.");
  }

  private Person set(long userId, String column, String value) {
    accounts.signOutEverywhere(userId);
    rows.commit(
        new Transaction(
            userId,
            List.of(Write.update(UserRow.TABLE, userId, null, Map.of(column, value))),
            List.of(),
            UUID.randomUUID().toString(),
            "",
            null));
    return person(row(userId));
  }

  private void add(Actor by, What what, long userId, @Nullable String detail) {
    if (down) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The log is down on purpose.");
    }
    long number = entries.size() + 1L;
    entries.add(
        new Entry(
            number,
            0,
            number,
            clock.instant(),
            by.userId(),
            by.userId() == null ? "operator" : null,
            what.id(),
            userId,
            by.network(),
            detail));
  }

  private long administrators() {
    return rows.newest(UserRow.TABLE, Map.of(), 100, null, Consistency.PRIMARY).rows().stream()
        .filter(user -> roles(user.value()).contains("administrator"))
        .count();
  }

  private Stored<UserRow> row(long userId) {
    return rows.find(UserRow.TABLE, userId, Consistency.PRIMARY)
        .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such user."));
  }

  private static Person person(Stored<UserRow> user) {
    UserRow row = user.value();
    return new Person(
        user.id(),
        row.email(),
        row.username(),
        row.displayName(),
        roles(row),
        String.valueOf(row.state()),
        user.createdAt());
  }

  static List<String> roles(UserRow row) {
    return Arrays.stream(String.valueOf(row.roles()).split(",", -1))
        .filter(role -> !role.startsWith("!"))
        .toList();
  }
}
