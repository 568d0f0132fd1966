package org.tanada.auth;

import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;

/**
 * Rows whose caller can die: the work that a thread does gets so many calls through, and at the
 * next one its server is gone. No {@code catch} of the services holds an error up, as none would
 * run in a process that is killed. Other threads are not concerned.
 */
final class MortalRows implements RowsContract {
  private static final ThreadLocal<Life> LIVES = new ThreadLocal<>();

  private final RowsContract rows;

  MortalRows(RowsContract rows) {
    this.rows = rows;
  }

  /** What ends a server. */
  private static final class Death extends Error {
    private static final long serialVersionUID = 1;

    Death() {
      super("killed on purpose");
    }
  }

  private static final class Life {
    private int calls;
    private boolean over;

    Life(int calls) {
      this.calls = calls;
    }
  }

  /**
   * Does work that dies after so many calls, when it would make the next one. Whether its last call
   * was answered does not matter then: nobody is left who knows.
   *
   * @return whether it died; false if it needed no more calls
   */
  boolean diesAfter(int calls, Runnable work) {
    Life life = new Life(calls);
    LIVES.set(life);
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      if (!life.over) {
        throw e;
      }
    } finally {
      LIVES.remove();
    }
    return life.over;
  }

  private RowsContract alive() {
    Life life = LIVES.get();
    if (life != null && life.calls-- <= 0) {
      life.over = true;
      throw new Death();
    }
    return rows;
  }

  @Override
  public Shards shards() {
    return rows.shards(); // asked once by each server, so not the same number each time
  }

  @Override
  public Found read(Read read) {
    return alive().read(read);
  }

  @Override
  public Page list(ListRows list) {
    return alive().list(list);
  }

  @Override
  public Transaction.Committed commit(Transaction transaction) {
    return alive().commit(transaction);
  }

  @Override
  public void claim(Claim claim) {
    alive().claim(claim);
  }

  @Override
  public void release(Claim claim) {
    alive().release(claim);
  }

  @Override
  public Resolved resolve(Name name) {
    return alive().resolve(name);
  }
}
