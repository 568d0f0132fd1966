package org.tanada.deploy.launcher;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.tanada.deploy.state.OperatorException;

/**
 * What an operator wants of a promotion.
 *
 * @param cluster in which: {@code mysql-1}
 * @param to the node to be promoted; empty for the one that has most
 * @param loss how many acknowledged writes may be lost
 * @param confirm told what is going to be done; answers whether to do it
 * @param progress told each step
 */
public record PromotionRequest(
    String cluster,
    Optional<String> to,
    Loss loss,
    Predicate<String> confirm,
    Consumer<String> progress) {

  /**
   * What may be lost.
   *
   * @param writes so many
   * @param unknown also if nobody knows how many
   */
  public record Loss(long writes, boolean unknown) {
    /**
     * Of the option's text.
     *
     * @throws OperatorException if it is neither a number nor {@code unknown}
     */
    public static Loss of(String text) {
      if (text.equals("unknown")) {
        return new Loss(Long.MAX_VALUE, true);
      }
      if (!text.matches("\\d{1,18}")) {
        throw new OperatorException(
            "--lose takes a number of writes, or unknown, not \"" + text + "\"");
      }
      return new Loss(Long.parseLong(text), false);
    }

    /**
     * Refuses to lose more.
     *
     * @param missing how many the node lacks; empty if nobody knows
     * @throws OperatorException that says what to add
     */
    public void check(String node, Optional<Long> missing) {
      if (missing.isEmpty() && !unknown) {
        throw new OperatorException(
            "no router knows which writes were acknowledged, so perhaps not all are on %s: add --lose unknown to promote it all the same"
                .formatted(node));
      }
      long lost = missing.orElse(0L);
      if (lost > writes) {
        throw new OperatorException(
            "%d acknowledged %s not on %s: add --lose %d to promote it all the same"
                .formatted(lost, lost == 1 ? "write is" : "writes are", node, lost));
      }
    }
  }

  /**
   * What came of it.
   *
   * @param primary the primary now
   * @param former the primary before
   * @param term of the promotion
   * @param lost acknowledged writes that are lost; null if nobody knows
   */
  public record Promoted(
      String primary, String former, long term, @org.jspecify.annotations.Nullable Long lost) {}
}
