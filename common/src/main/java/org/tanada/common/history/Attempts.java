package org.tanada.common.history;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.web.client.RestClientException;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** Requests to any router, repeated by another one until somebody says what came of it. */
final class Attempts {
  private static final long PAUSE_NANOS = 20_000_000;

  private final Supplier<List<RowsContract>> routers;
  private final History history;
  private final Random random;
  private final Duration patience;

  Attempts(
      Supplier<List<RowsContract>> routers, History history, Random random, Duration patience) {
    this.routers = routers;
    this.history = history;
    this.random = random;
    this.patience = patience;
  }

  /** A request was refused: it was not done, and never will be. */
  static final class RefusedException extends RuntimeException {
    private final ProblemCode code;

    RefusedException(ProblemException cause) {
      super(cause);
      this.code = cause.code();
    }

    ProblemCode code() {
      return code;
    }
  }

  /** Nobody said what came of a request. */
  static final class UnansweredException extends RuntimeException {
    UnansweredException(@Nullable Throwable cause) {
      super(cause);
    }
  }

  Transaction.Committed commit(
      long owner,
      List<Write> writes,
      List<Transaction.Effect> effects,
      String key,
      @Nullable String token) {
    Transaction transaction = new Transaction(owner, writes, effects, key, "drill", token);
    return ask(router -> router.commit(transaction));
  }

  List<@Nullable Row> read(List<RowKey> keys, Consistency consistency) {
    return ask(router -> router.read(new RowsContract.Read(keys, consistency))).rows();
  }

  /**
   * Asks until there is an answer.
   *
   * @throws RefusedException if the answer is that it was not done
   * @throws UnansweredException if there is none in time
   */
  <T> T ask(Function<RowsContract, T> request) {
    long deadline = System.nanoTime() + patience.toNanos();
    Throwable last = null;
    do {
      List<RowsContract> all = routers.get();
      if (!all.isEmpty()) {
        try {
          return request.apply(all.get(random.nextInt(all.size())));
        } catch (ProblemException e) {
          if (refuses(e.code())) {
            throw new RefusedException(e);
          }
          last = e;
        } catch (RestClientException e) {
          last = e; // no connection, or no answer in time
        }
        history.count("repeats");
      }
      pause();
    } while (System.nanoTime() < deadline && !Thread.currentThread().isInterrupted());
    throw new UnansweredException(last);
  }

  private static boolean refuses(ProblemCode code) {
    return switch (code) {
      case VERSION_MISMATCH, NOT_FOUND, CLAIMED, DUPLICATE, CONFLICT, MALFORMED_REQUEST -> true;
      default -> false;
    };
  }

  static void pause() {
    LockSupport.parkNanos(PAUSE_NANOS);
  }
}
