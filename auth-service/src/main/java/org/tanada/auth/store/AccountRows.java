package org.tanada.auth.store;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** The rows of accounts: reads that miss nothing new, writes that can be repeated. */
@Component
public final class AccountRows {
  /** Younger rows than this may not have reached every copy yet. */
  private static final Duration YOUNG = Duration.ofMinutes(10);

  private static final int MAX_PAGES = 50;
  private static final String NO_FINGERPRINT = "-";

  private final RowsContract router;
  private final Rows rows;
  private final InstantSource clock;
  private final SecureRandom random;
  private volatile int shards;

  /** Rows behind this router. */
  public AccountRows(RowsContract router, InstantSource clock, SecureRandom random) {
    this.router = router;
    this.rows = new Rows(router);
    this.clock = clock;
    this.random = random;
  }

  /** How many virtual shards there are; asked once. */
  public int shards() {
    int known = shards;
    if (known == 0) {
      known = router.shards().count();
      shards = known;
    }
    return known;
  }

  /**
   * A row by id from any copy, or from the primary if it may be too young for the others. An id of
   * no shard is of no row.
   */
  public <T> Optional<Stored<T>> find(Table<T> table, long id) {
    if (id <= 0 || TanadaId.shard(id) >= shards()) {
      return Optional.empty();
    }
    Optional<Stored<T>> found = rows.find(table, id, Consistency.ANY);
    boolean young = TanadaId.time(id).isAfter(clock.instant().minus(YOUNG));
    return found.isPresent() || !young ? found : findNow(table, id);
  }

  /** A row by id as it is right now, from the primary. */
  public <T> Optional<Stored<T>> findNow(Table<T> table, long id) {
    if (id <= 0 || TanadaId.shard(id) >= shards()) {
      return Optional.empty();
    }
    return rows.find(table, id, Consistency.PRIMARY);
  }

  /** Two rows of one id as they are right now, by one call. */
  public <A, B> Rows.Pair<A, B> findNow(Table<A> first, Table<B> second, long id) {
    return id <= 0 || TanadaId.shard(id) >= shards()
        ? new Rows.Pair<>(null, null)
        : rows.find(first, second, id, Consistency.PRIMARY);
  }

  /** Rows by id as they are right now, without those that are not there or out of reach. */
  public <T> List<Stored<T>> findWithinReach(Table<T> table, List<Long> ids) {
    return rows.findWithinReach(table, ids, Consistency.PRIMARY);
  }

  /** The user as they are right now, whatever their state. {@code not-found}. */
  public Stored<User> user(long userId) {
    return findNow(User.TABLE, userId).orElseThrow(AccountRows::noSuchUser);
  }

  /** The user as they are right now, if the account can be used. {@code not-found}. */
  public Stored<User> activeUser(long userId) {
    return findNow(User.TABLE, userId)
        .filter(found -> found.value().active())
        .orElseThrow(AccountRows::noSuchUser);
  }

  /** What is said of an id that is no user's. */
  public static ProblemException noSuchUser() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such user.");
  }

  /** Whether the user may still do what they could do then: is active, and has the same roles. */
  public boolean stands(Stored<User> then) {
    return stands(then, findNow(User.TABLE, then.id()).orElse(null));
  }

  /** The same of a user who has been read. */
  public static boolean stands(Stored<User> then, @Nullable Stored<User> now) {
    return Optional.ofNullable(now)
        .map(Stored::value)
        .filter(User::active)
        .filter(user -> user.roles().equals(then.value().roles()))
        .isPresent();
  }

  /** Rows of an owner as they are right now, newest first, {@value #MAX_PAGES} pages at most. */
  public <T> List<Stored<T>> ofOwner(Table<T> table, long owner) {
    return pages(table, owner, Map.of());
  }

  /** Rows of an owner whose ids were made since then, as they are right now, newest first. */
  public <T> List<Stored<T>> ofOwnerSince(Table<T> table, long owner, Instant since) {
    List<Stored<T>> all = new ArrayList<>();
    Long before = null;
    do {
      Rows.TypedPage<T> found =
          rows.ofOwner(table, owner, Map.of(), RowsContract.MAX_PAGE, before, Consistency.PRIMARY);
      for (Stored<T> row : found.rows()) {
        if (TanadaId.time(row.id()).isBefore(since)) {
          return all;
        }
        all.add(row);
      }
      before = found.next();
    } while (before != null);
    return all;
  }

  /** Rows of all owners with these values, as they are right now; an index begins with them. */
  public <T> List<Stored<T>> everywhere(Table<T> table, Map<String, @Nullable Object> where) {
    return pages(table, null, where);
  }

  private <T> List<Stored<T>> pages(
      Table<T> table, @Nullable Long owner, Map<String, @Nullable Object> where) {
    List<Stored<T>> all = new ArrayList<>();
    Long before = null;
    for (int page = 0; page < MAX_PAGES; page++) {
      Rows.TypedPage<T> found = page(table, owner, where, RowsContract.MAX_PAGE, before);
      all.addAll(found.rows());
      before = found.next();
      if (before == null) {
        break;
      }
    }
    return all;
  }

  /**
   * A page of rows as they are right now, newest first.
   *
   * @param owner whose; null for all, merged over all shards
   * @param where equality on columns
   */
  public <T> Rows.TypedPage<T> page(
      Table<T> table,
      @Nullable Long owner,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before) {
    return owner == null
        ? rows.newest(table, where, limit, before, Consistency.PRIMARY)
        : rows.ofOwner(table, owner, where, limit, before, Consistency.PRIMARY);
  }

  /** Writes on the owner's shard, all or nothing; a lost answer is asked for again underneath. */
  public Transaction.Committed commit(long owner, Write... writes) {
    return commit(owner, newKey(), List.of(writes));
  }

  /** An idempotency key that nobody else has. */
  public String newKey() {
    return new BigInteger(128, random).toString(36);
  }

  /** Writes that the same key may ask for again. */
  public Transaction.Committed commit(long owner, String idempotencyKey, List<Write> writes) {
    return rows.commit(
        new Transaction(owner, writes, List.of(), idempotencyKey, NO_FINGERPRINT, null));
  }

  /** Deletes a row if it is still there. */
  public void deleteIfPresent(Table<?> table, long owner, long id) {
    try {
      commit(owner, Write.delete(table, id, null));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.NOT_FOUND) {
        throw e;
      }
    }
  }

  /** Deletes all rows of an owner, one by one, newest first. */
  public void deleteOwned(Table<?> table, long owner) {
    ofOwner(table, owner).forEach(row -> deleteIfPresent(table, owner, row.id()));
  }

  /** Who holds a unique name of users; null if nobody does. */
  public @Nullable Long holder(String kind, String value) {
    return router.resolve(new RowsContract.Name(kind, value)).id();
  }

  /**
   * Claims a unique name for a row of {@code users}.
   *
   * @return whether it is the user's now; false if somebody else has it
   */
  public boolean claim(String kind, String value, long userId) {
    return claim(kind, value, User.TABLE, userId);
  }

  /** The same for a row of another table. */
  public boolean claim(String kind, String value, Table<?> table, long id) {
    try {
      router.claim(new RowsContract.Claim(kind, value, table.name(), id));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.CLAIMED) {
        return false;
      }
      throw e;
    }
  }

  /** Gives a unique name up, if the user holds it. */
  public void release(String kind, String value, long userId) {
    release(kind, value, User.TABLE, userId);
  }

  /** The same for a row of another table. */
  public void release(String kind, String value, Table<?> table, long id) {
    router.release(new RowsContract.Claim(kind, value, table.name(), id));
  }
}
