package org.tanada.auth.throttle;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Secrets;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * What was spent of budgets, as all auth servers share it: a row each, whose id is made of a digest
 * so that all meet at it, until all of it has been earned. Rows that cannot be reached keep nobody
 * out.
 */
@Component
final class SpentBudgets {
  private static final Logger log = LoggerFactory.getLogger(SpentBudgets.class);

  /** Owners of the rows: in each shard an id before all users'. */
  private static final int OWNER_SEQUENCE = 21;

  /** Each so many'th write deletes what has been earned, of some rows of its shard. */
  private static final int SWEEP = 16;

  /** So often others may come in between. */
  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final InstantSource clock;
  private final SecureRandom random;

  SpentBudgets(AccountRows rows, InstantSource clock, SecureRandom random) {
    this.rows = rows;
    this.clock = clock;
    this.random = random;
  }

  /** A key that something was spent by, of the budget of that name. */
  record Key(String budget, String key) {}

  /**
   * When all that was spent of each will have been earned, in their order; null where nothing was,
   * or nobody knows.
   */
  List<@Nullable Instant> earnedAt(List<Key> keys) {
    try {
      List<Long> ids = keys.stream().map(key -> id(key.budget(), key.key())).toList();
      Map<Long, Instant> earned =
          rows.findWithinReach(SpentBudget.TABLE, ids).stream()
              .collect(Collectors.toMap(Stored::id, found -> found.value().earnedAt()));
      List<@Nullable Instant> times = new ArrayList<>();
      ids.forEach(id -> times.add(earned.get(id)));
      return times;
    } catch (ProblemException e) {
      log.debug("what was spent elsewhere is not known: {}", e.getMessage());
      return Collections.nCopies(keys.size(), null);
    }
  }

  /** Spends one. */
  void spend(String budget, String key, Rate rate) {
    try {
      long id = id(budget, key);
      for (int attempt = 0; attempt < ATTEMPTS && !spend(id, rate); attempt++) {
        log.debug("another server has spent at the same moment");
      }
      if (random.nextInt(SWEEP) == 0) {
        sweep(id);
      }
    } catch (ProblemException e) {
      log.debug("other servers do not hear of what was spent here: {}", e.getMessage());
    }
  }

  /** One try; false if another server came in between. */
  private boolean spend(long id, Rate rate) {
    Stored<SpentBudget> before = rows.findNow(SpentBudget.TABLE, id).orElse(null);
    Instant earnedAt = before == null ? null : before.value().earnedAt();
    Instant next = rate.spend(earnedAt, clock.instant());
    try {
      rows.commit(
          owner(id),
          before == null
              ? Write.insert(SpentBudget.TABLE, id, new SpentBudget(next))
              : Write.update(SpentBudget.TABLE, id, before.version(), Map.of("earnedAt", next)));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.DUPLICATE
          || e.code() == ProblemCode.VERSION_MISMATCH
          || e.code() == ProblemCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** One page before the id, which is a digest: so each time another one. */
  private void sweep(long id) {
    Instant now = clock.instant();
    long owner = owner(id);
    rows.page(SpentBudget.TABLE, owner, Map.of(), RowsContract.MAX_PAGE, id).rows().stream()
        .filter(stored -> stored.value().earnedAt().isBefore(now))
        .forEach(stored -> forget(owner, stored));
  }

  /** Unless another server has spent of it since. */
  private void forget(long owner, Stored<SpentBudget> stored) {
    try {
      rows.commit(owner, Write.delete(SpentBudget.TABLE, stored.id(), stored.version()));
    } catch (ProblemException e) {
      log.debug("what has been earned again is deleted later: {}", e.getMessage());
    }
  }

  /** Digest of both, in the form of an id. */
  private long id(String budget, String key) {
    long digest = HexFormat.fromHexDigitsToLong(Secrets.digest(budget + "\n" + key), 0, 16);
    return TanadaId.ofDigest(digest, rows.shards());
  }

  private static long owner(long id) {
    return TanadaId.of(TanadaId.EPOCH_MILLIS, TanadaId.shard(id), OWNER_SEQUENCE);
  }
}
