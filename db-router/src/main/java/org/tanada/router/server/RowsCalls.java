package org.tanada.router.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowJson;
import org.tanada.common.row.RowPaths;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.router.claim.Claims;
import org.tanada.router.query.RowLister;
import org.tanada.router.query.RowReader;
import org.tanada.router.shard.ShardDirectory;
import org.tanada.router.transaction.Transactions;

/** The calls of the rows contract by their paths, JSON in and JSON out. */
@Component
final class RowsCalls {
  private static final byte[] NOTHING = {};

  private final Map<String, Call> calls;

  /** These. */
  RowsCalls(Map<String, Call> calls) {
    this.calls = Map.copyOf(calls);
  }

  @Autowired
  RowsCalls(
      ShardDirectory directory,
      RowReader reader,
      RowLister lister,
      Transactions transactions,
      Claims claims) {
    this(all(directory, reader, lister, transactions, claims));
  }

  private static Map<String, Call> all(
      ShardDirectory directory,
      RowReader reader,
      RowLister lister,
      Transactions transactions,
      Claims claims) {
    Map<String, Call> calls = new HashMap<>();
    calls.put(RowPaths.SHARDS, body -> RowJson.bytes(new RowsContract.Shards(directory.count())));
    calls.put(RowPaths.READS, body -> read(reader, RowJson.read(body, RowsContract.Read.class)));
    calls.put(
        RowPaths.LISTS,
        body -> Answers.page(lister.list(RowJson.read(body, RowsContract.ListRows.class))));
    calls.put(
        RowPaths.TRANSACTIONS,
        body -> Answers.committed(transactions.commit(RowJson.read(body, Transaction.class))));
    calls.put(
        RowPaths.CLAIMS,
        body -> {
          claims.claim(RowJson.read(body, RowsContract.Claim.class));
          return NOTHING;
        });
    calls.put(
        RowPaths.RELEASES,
        body -> {
          claims.release(RowJson.read(body, RowsContract.Claim.class));
          return NOTHING;
        });
    calls.put(
        RowPaths.RESOLUTIONS,
        body ->
            RowJson.bytes(
                new RowsContract.Resolved(
                    claims.resolve(RowJson.read(body, RowsContract.Name.class)))));
    return calls;
  }

  /** Where there are calls. */
  Set<String> paths() {
    return calls.keySet();
  }

  /** The call at the path; null if there is none. */
  @Nullable Call at(String path) {
    return calls.get(path);
  }

  private static byte[] read(RowReader reader, RowsContract.Read read) {
    if (read.keys().size() > RowsContract.MAX_BATCH) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "a read has at most " + RowsContract.MAX_BATCH + " keys");
    }
    return Answers.found(reader.read(read));
  }

  /** One call of the contract. */
  interface Call {
    /** Its answer as JSON; empty if it has none. */
    byte[] answer(byte[] body);
  }
}
