package org.tanada.router;

import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.router.claim.Claims;
import org.tanada.router.query.RowLister;
import org.tanada.router.query.RowReader;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.transaction.Transactions;

/** The rows contract over HTTP. */
@RestController
final class RowsController implements RowsContract {
  private final ShardDirectory directory;
  private final RowReader reader;
  private final RowLister lister;
  private final Transactions transactions;
  private final Claims claims;

  RowsController(
      ShardDirectory directory,
      RowReader reader,
      RowLister lister,
      Transactions transactions,
      Claims claims) {
    this.directory = directory;
    this.reader = reader;
    this.lister = lister;
    this.transactions = transactions;
    this.claims = claims;
  }

  @Override
  public Shards shards() {
    return new Shards(directory.count());
  }

  @Override
  public Found read(@RequestBody Read read) {
    if (read.keys().size() > MAX_BATCH) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "a read has at most " + MAX_BATCH + " keys");
    }
    return reader.read(read);
  }

  @Override
  public Page list(@RequestBody ListRows list) {
    return lister.list(list);
  }

  @Override
  public Transaction.Committed commit(@RequestBody Transaction transaction) {
    return transactions.commit(transaction);
  }

  @Override
  public void claim(@RequestBody Claim claim) {
    claims.claim(claim);
  }

  @Override
  public void release(@RequestBody Claim claim) {
    claims.release(claim);
  }

  @Override
  public Resolved resolve(@RequestBody Name name) {
    return new Resolved(claims.resolve(name));
  }
}
