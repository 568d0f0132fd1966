package org.tanada.app.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.testing.InMemoryRows;

/** A router that remembers how fresh each read was asked to be, and which tokens were shown. */
public final class WatchedRows implements RowsContract {
  private final InMemoryRows rows;
  private final Crashes crashes;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  WatchedRows(InMemoryRows rows, Crashes crashes) {
    this.rows = rows;
    this.crashes = crashes;
  }

  /** What was asked since {@link #forget()}. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** Starts anew. */
  public void forget() {
    asked.clear();
  }

  @Override
  public Shards shards() {
    return rows.shards();
  }

  @Override
  public Found read(Read read) {
    read.keys().forEach(key -> asked.add(new Asked(key.table(), read.consistency())));
    return rows.read(read);
  }

  @Override
  public Page list(ListRows list) {
    asked.add(new Asked(list.table(), list.consistency()));
    return rows.list(list);
  }

  @Override
  public Transaction.Committed commit(Transaction transaction) {
    return crashes.around(() -> rows.commit(transaction));
  }

  @Override
  public void claim(Claim claim) {
    rows.claim(claim);
  }

  @Override
  public void release(Claim claim) {
    rows.release(claim);
  }

  @Override
  public Resolved resolve(Name name) {
    return rows.resolve(name);
  }

  /**
   * A read.
   *
   * @param table of which table
   * @param consistency how fresh
   */
  public record Asked(String table, Consistency consistency) {}
}
