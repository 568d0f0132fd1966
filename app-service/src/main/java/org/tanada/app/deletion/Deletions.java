package org.tanada.app.deletion;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.data.ShopRows;
import org.tanada.app.deletion.Leaving.Departing;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Deletes accounts, step by step. The wish is a row that auth-service writes as it locks the
 * account; from then on whichever app server finds the row goes on with it, until nothing is left
 * and the row goes, too:
 *
 * <ol>
 *   <li>{@code account}: videos are withdrawn, the picture is deleted, then auth-service deletes
 *       all that the account consists of and gives its names up.
 *   <li>{@code content}, when no request can be under way any more that bought or stored something:
 *       videos that nobody has bought are deleted with their files, the others lose what tells of
 *       their owner, and the edges are purged.
 * </ol>
 *
 * <p>A server takes a row by its version, for the time of the lease; one that dies in between has
 * it tried again by another. Every step can be repeated, and is, until it succeeds: nothing is
 * given up.
 */
@Component
public class Deletions {
  private static final Logger log = LoggerFactory.getLogger(Deletions.class);

  /** From this many failures on somebody should look why. */
  private static final int STUCK = 5;

  private static final int MAX_DOUBLINGS = 20;
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private final ShopRows rows;
  private final AccountsContract accounts;
  private final PersonalDataContract data;
  private final List<Leaving> features;
  private final InstantSource clock;
  private final DeletionProperties properties;

  Deletions(
      ShopRows rows,
      AccountsContract accounts,
      PersonalDataContract data,
      List<Leaving> features,
      InstantSource clock,
      DeletionProperties properties) {
    this.rows = rows;
    this.accounts = accounts;
    this.data = data;
    this.features = List.copyOf(features);
    this.clock = clock;
    this.properties = properties;
  }

  /**
   * Deletes an account. When this returns it will happen, whatever fails from now on; its first
   * steps have been tried at once.
   *
   * @throws ProblemException {@code conflict} for an administrator; {@code unavailable}: then
   *     nothing may have happened
   */
  public void begin(long userId) {
    data.beginDeletion(userId);
    try {
      rows.findNow(Deletion.TABLE, userId).ifPresent(this::attempt);
    } catch (ProblemException e) {
      log.info("the deletion of account {} goes on in the background: {}", userId, e.getMessage());
    }
  }

  /**
   * Goes on with whatever is due.
   *
   * @return what there is, before that
   * @throws ProblemException {@code unavailable}
   */
  Waiting sweep() {
    int all = 0;
    int stuck = 0;
    Long before = null;
    do {
      Rows.TypedPage<Deletion> page =
          rows.newest(Deletion.TABLE, Map.of(), new PageRequest(PageRequest.MAX_LIMIT, before));
      for (Stored<Deletion> stored : page.rows()) {
        all++;
        stuck += stored.value().attempts() >= STUCK ? 1 : 0;
        attempt(stored);
      }
      before = page.next();
    } while (before != null);
    return new Waiting(all, stuck);
  }

  /**
   * Deletions that are not done.
   *
   * @param all of them
   * @param stuck those that have failed several times
   */
  record Waiting(int all, int stuck) {}

  private void attempt(Stored<Deletion> stored) {
    Instant now = clock.instant();
    if (now.isBefore(stored.value().notBefore())) {
      return;
    }
    int attempt = stored.value().attempts() + 1;
    Map<String, @Nullable Object> taken = new HashMap<>();
    taken.put("attempts", attempt);
    taken.put("notBefore", now.plus(properties.lease()));
    if (!update(stored.id(), stored.version(), taken)) {
      return; // another server has it
    }
    long version = stored.version() + 1;
    try {
      step(stored, version);
    } catch (ProblemException e) {
      if (attempt == STUCK) {
        log.warn("the deletion of account {} is stuck: {}", stored.id(), e.getMessage(), e);
      }
      later(stored.id(), version, attempt, e);
    }
  }

  private void step(Stored<Deletion> stored, long version) {
    long userId = stored.id();
    Departing user = new Departing(userId, stored.value().pictures());
    if (stored.value().state().equals(Deletion.ACCOUNT)) {
      features.forEach(feature -> feature.hide(user));
      accounts.deleteUser(userId);
      Map<String, @Nullable Object> next = new HashMap<>();
      next.put("state", Deletion.CONTENT);
      next.put("attempts", 0);
      next.put("notBefore", clock.instant().plus(properties.settle()));
      next.put("error", null);
      update(userId, version, next);
    } else {
      accounts.deleteUser(userId); // again: what a request was writing when the account went
      features.forEach(feature -> feature.remove(user));
      rows.commit(userId, Write.delete(Deletion.TABLE, userId, version));
      log.info("account {} is deleted with all that it owned", userId);
    }
  }

  private void later(long userId, long version, int attempt, ProblemException failure) {
    long doublings = 1L << Math.min(attempt - 1, MAX_DOUBLINGS);
    Duration pause = properties.backoff().multipliedBy(doublings);
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put(
        "notBefore",
        clock.instant().plus(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE));
    values.put("error", failure.code().code());
    update(userId, version, values);
  }

  /** Whether the row still had that version. */
  private boolean update(long userId, long version, Map<String, @Nullable Object> values) {
    try {
      rows.commit(userId, Write.update(Deletion.TABLE, userId, version, values));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }
}
