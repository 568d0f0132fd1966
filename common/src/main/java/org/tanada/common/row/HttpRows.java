package org.tanada.common.row;

import org.tanada.common.http.TierCaller;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.core.JacksonException;

/** The rows contract as the other tiers call it, over HTTP. */
public final class HttpRows implements RowsContract {
  private final TierCaller router;

  /** Calls this tier. */
  public HttpRows(TierCaller router) {
    this.router = router;
  }

  @Override
  public Shards shards() {
    return call(RowPaths.SHARDS, new byte[0], Shards.class);
  }

  @Override
  public Found read(Read read) {
    return call(RowPaths.READS, RowJson.bytes(read), Found.class);
  }

  @Override
  public Page list(ListRows list) {
    return call(RowPaths.LISTS, RowJson.bytes(list), Page.class);
  }

  @Override
  public Transaction.Committed commit(Transaction transaction) {
    return call(RowPaths.TRANSACTIONS, RowJson.bytes(transaction), Transaction.Committed.class);
  }

  @Override
  public void claim(Claim claim) {
    router.post(RowPaths.CLAIMS, RowJson.bytes(claim));
  }

  @Override
  public void release(Claim claim) {
    router.post(RowPaths.RELEASES, RowJson.bytes(claim));
  }

  @Override
  public Resolved resolve(Name name) {
    return call(RowPaths.RESOLUTIONS, RowJson.bytes(name), Resolved.class);
  }

  private <T> T call(String path, byte[] body, Class<T> answer) {
    byte[] bytes = router.post(path, body);
    try {
      return RowJson.read(bytes, answer);
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED, "The answer of a router cannot be read.", e);
    }
  }
}
