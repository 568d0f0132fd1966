package org.tanada.common.http;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.jspecify.annotations.Nullable;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;

/**
 * Sends a call to a node of the tier, and to the next one when that fails. Every internal call may
 * be repeated: reads by nature, transactions by their idempotency keys, the rest because a second
 * time does no harm.
 */
final class Failover {
  private static final int UNAVAILABLE = 503;

  private final String tier;
  private final LiveTier nodes;
  private final int attempts;
  private final RetryBudget budget;

  Failover(String tier, LiveTier nodes, TierClientProperties limits) {
    this.tier = tier;
    this.nodes = nodes;
    this.attempts = limits.attempts();
    this.budget = new RetryBudget(limits.retryBudgetPercent());
  }

  /**
   * The first answer that is not a refusal for now, or the last of those.
   *
   * @throws ProblemException if no node answered
   */
  <A extends Answer> A call(Attempt<A> attempt) {
    budget.called();
    List<Node> candidates = nodes.candidates();
    IOException last = null;
    A refusal = null;
    for (int made = 0; made < attempts && !candidates.isEmpty(); made++) {
      if (made > 0 && !budget.tryRetry()) {
        break;
      }
      Node node = candidates.get(made % candidates.size());
      try {
        A answer = attempt.at(node);
        // 503: it is leaving or not ready yet, while the next one may be
        boolean another = made + 1 < attempts && candidates.size() > 1;
        if (answer.status() != UNAVAILABLE || !another) {
          return remember(answer);
        }
        refusal = answer;
      } catch (
          ConnectionRequestTimeoutException e) { // all of our own are in use: no fault of the node
        throw new ProblemException(
            ProblemCode.UNAVAILABLE, "Too many calls wait for the " + tier + " servers.", e);
      } catch (IOException e) {
        nodes.reportFailure(node);
        last = e;
      }
    }
    if (refusal != null) {
      return remember(refusal); // its own words say more than ours
    }
    throw failed(last);
  }

  private ProblemException failed(@Nullable IOException last) {
    if (last == null) {
      return new ProblemException(ProblemCode.UNAVAILABLE, "No " + tier + " server is there.");
    }
    ProblemCode code =
        last instanceof SocketTimeoutException
            ? ProblemCode.UPSTREAM_TIMEOUT
            : ProblemCode.UPSTREAM_FAILED;
    return new ProblemException(code, "No " + tier + " server answered.", last);
  }

  private static <A extends Answer> A remember(A answer) {
    ServerTiming timing = ServerTiming.current();
    String header = answer.timing();
    if (timing != null && header != null) {
      timing.addAnswer(header);
    }
    return answer;
  }

  /** One attempt at a call. */
  interface Attempt<A extends Answer> {
    /**
     * Calls the node.
     *
     * @throws IOException if it gives no whole answer
     */
    A at(Node node) throws IOException;
  }

  /** What must be known of an answer. */
  interface Answer {
    /** Its status. */
    int status();

    /** Its {@link ServerTiming#HEADER}, if it has one. */
    @Nullable String timing();
  }
}
