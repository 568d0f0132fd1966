package org.tanada.auth.store;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Write;

/**
 * All administrators in one place, whichever shards they are in, so that there is always one. The
 * role itself is in the user's row; this is written first when it is given, and first when it is
 * taken: what crashes in between is finished by the same call again.
 */
@Component
public final class Administrators {
  private static final int OWNER_SEQUENCE = 18;
  private static final long OWNER = TanadaId.of(TanadaId.EPOCH_MILLIS, 0, OWNER_SEQUENCE);
  private static final int ATTEMPTS = 5;

  private final AccountRows rows;
  private final IdGenerator ids;

  Administrators(AccountRows rows, IdGenerator ids) {
    this.rows = rows;
    this.ids = ids;
  }

  /** Adds a user; one who is there already stays. {@code unavailable}. */
  public void add(long userId) {
    boolean there = all().stream().anyMatch(row -> row.value().holderId() == userId);
    if (there) {
      return;
    }
    try {
      rows.commit(OWNER, Write.insert(Holder.TABLE, ids.nextBeside(OWNER), new Holder(userId)));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.DUPLICATE) { // another server was faster
        throw e;
      }
    }
  }

  /** Whether nobody would be left without this user. {@code unavailable}. */
  public boolean last(long userId) {
    return all().stream().allMatch(row -> row.value().holderId() == userId);
  }

  /**
   * Takes a user away, and touches another one in the same transaction: of two that take each
   * other's place away at once, one finds that the other is gone.
   *
   * @throws ProblemException {@code conflict} if there is no other; {@code unavailable}
   */
  public void remove(long userId) {
    for (int attempt = 1; ; attempt++) {
      List<Stored<Holder>> all = all();
      Stored<Holder> own =
          all.stream().filter(row -> row.value().holderId() == userId).findFirst().orElse(null);
      if (own == null) {
        return;
      }
      Stored<Holder> other =
          all.stream()
              .filter(row -> row.value().holderId() != userId)
              .findFirst()
              .orElseThrow(Administrators::lastOne);
      try {
        rows.commit(
            OWNER,
            rows.newKey(),
            List.of(
                Write.update(
                    Holder.TABLE,
                    other.id(),
                    other.version(),
                    Map.of("holderId", other.value().holderId())),
                Write.delete(Holder.TABLE, own.id(), own.version())));
        return;
      } catch (ProblemException e) {
        boolean overtaken =
            e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND;
        if (!overtaken || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** What is said of the last one. */
  public static ProblemException lastOne() {
    return new ProblemException(
        ProblemCode.CONFLICT, "It is the last administrator: make another one first.");
  }

  private List<Stored<Holder>> all() {
    return rows.ofOwner(Holder.TABLE, OWNER);
  }

  /**
   * A row of {@code administrators}.
   *
   * @param holderId the user
   */
  record Holder(long holderId) {
    static final Table<Holder> TABLE = new Table<>("administrators", Holder.class);
  }
}
