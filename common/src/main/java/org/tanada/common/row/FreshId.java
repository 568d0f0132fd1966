package org.tanada.common.row;

import java.util.function.Supplier;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What {@link IdGenerator} says of two generators that meet: the insert is repeated. */
public final class FreshId {
  private static final String ID = "PRIMARY"; // as databases call the key

  private FreshId() {}

  /**
   * Runs a transaction, and again when the id that it made met one that exists.
   *
   * @param attempts most of them
   * @param transaction makes a new id each time
   */
  public static Transaction.Committed commit(
      int attempts, Supplier<Transaction.Committed> transaction) {
    for (int attempt = 1; ; attempt++) {
      try {
        return transaction.get();
      } catch (ProblemException e) {
        boolean idMet = e.code() == ProblemCode.DUPLICATE && ID.equals(e.reason());
        if (!idMet || attempt == attempts) {
          throw e;
        }
      }
    }
  }
}
