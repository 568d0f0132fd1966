package org.tanada.auth.store;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Write;

/**
 * Values that work once, wherever they are brought: the digest picks a shard, and there a unique
 * key lets one insert succeed.
 */
@Component
public final class UsedValues {
  /** Each so many'th use deletes what has expired in its shard. */
  private static final int SWEEP = 16;

  /** Owners of the rows: in each shard an id before all users'. */
  private static final int SEQUENCE = 4;

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SecureRandom random;

  UsedValues(AccountRows rows, IdGenerator ids, InstantSource clock, SecureRandom random) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Uses a value up.
   *
   * @param what it is, so that the same text may be two values
   * @param until when it is refused anyway
   * @return whether it had not been used before
   */
  public boolean use(String what, String value, Instant until) {
    String digest = digest(what, value);
    long owner = owner(digest);
    if (random.nextInt(SWEEP) == 0) {
      sweep(owner);
    }
    try {
      rows.commit(
          owner,
          Write.insert(UsedValue.TABLE, ids.nextBeside(owner), new UsedValue(digest, until)));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.DUPLICATE) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a value has been used. */
  public boolean used(String what, String value) {
    String digest = digest(what, value);
    return !rows.page(UsedValue.TABLE, owner(digest), Map.of("digest", digest), 1, null)
        .rows()
        .isEmpty();
  }

  private void sweep(long owner) {
    Instant now = clock.instant();
    rows.ofOwner(UsedValue.TABLE, owner).stream()
        .filter(stored -> !now.isBefore(stored.value().expiresAt()))
        .forEach(stored -> rows.deleteIfPresent(UsedValue.TABLE, owner, stored.id()));
  }

  private static String digest(String what, String value) {
    return Secrets.digest(what + "\n" + value);
  }

  private long owner(String digest) {
    int shard = Math.floorMod(HexFormat.fromHexDigits(digest, 0, 8), rows.shards());
    return TanadaId.of(TanadaId.EPOCH_MILLIS, shard, SEQUENCE);
  }
}
