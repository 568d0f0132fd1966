package org.tanada.deploy.launcher;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.deploy.database.Promotion;
import org.tanada.deploy.database.PromotionMark;
import org.tanada.deploy.launcher.PromotionRequest.Promoted;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * Makes another node of a cluster its primary, wherever the nodes run. The former one is first kept
 * from writing: made read-only if it answers, else ended. Whatever interrupts this, it can be run
 * again.
 */
public final class PromotionRun {
  private static final int FOLLOW_SECONDS = 15;

  private final Home home;
  private final PromotionRequest wanted;
  private final RouterViews routers;
  private final PromotionSteps cluster;

  /** One promotion, by the steps that fit how the nodes run. */
  public PromotionRun(
      Home home, RouterViews routers, PromotionRequest wanted, PromotionSteps cluster) {
    this.home = home;
    this.wanted = wanted;
    this.routers = routers;
    this.cluster = cluster;
  }

  /**
   * Does it.
   *
   * @throws OperatorException if it is not possible, or would lose what may not be lost
   */
  public Promoted run() throws IOException {
    Promotion.Standing standing = cluster.look();
    Optional<Promoted> begun = finish(standing);
    if (begun.isPresent()) {
      return begun.get();
    }
    String next = candidate(standing);
    if (!wanted.confirm().test(plan(standing, next))) {
      throw new OperatorException("nothing was changed: answer yes, or say --yes");
    }
    try (StateFiles.Held held = StateFiles.tryLock(home.directory().resolve("promotion.lock"))) {
      if (held == null) {
        throw new OperatorException("another promotion is under way: wait for its end");
      }
      String fenced =
          PromotionMark.find(home, wanted.cluster()).map(PromotionMark::fenced).orElse("");
      PromotionMark.set(home, wanted.cluster(), fenced);
      Promoted promoted;
      cluster.hold();
      try {
        promoted =
            standing.answers() ? switchOver(standing, next) : failOver(standing, next, fenced);
      } finally {
        cluster.letGo();
      }
      PromotionMark.clear(home, wanted.cluster());
      awaitRouters(next);
      return promoted;
    }
  }

  /** Does the rest of a promotion that was interrupted after its term had begun. */
  private Optional<Promoted> finish(Promotion.Standing standing) throws IOException {
    Optional<PromotionMark> left =
        PromotionMark.find(home, wanted.cluster())
            .filter(mark -> !mark.process().alive())
            .filter(mark -> !mark.fenced().isEmpty() && !mark.fenced().equals(standing.leader()));
    if (left.isEmpty()) {
      return Optional.empty();
    }
    wanted.progress().accept("a promotion that was interrupted is finished");
    cluster.release(left.get().fenced());
    PromotionMark.clear(home, wanted.cluster());
    return Optional.of(new Promoted(standing.leader(), left.get().fenced(), standing.term(), null));
  }

  private String candidate(Promotion.Standing standing) {
    String next =
        wanted
            .to()
            .or(() -> standing.replicas().stream().findFirst())
            .orElseThrow(() ->
                new OperatorException(
                    "no other node of %s answers: ./tanada status says how they are"
                        .formatted(wanted.cluster())));
    if (next.equals(standing.leader())) {
      throw new OperatorException(next + " is the primary of " + wanted.cluster() + " already");
    }
    if (!standing.replicas().contains(next)) {
      throw new OperatorException(
          "%s does not answer as a node of %s: ./tanada status says how it is"
              .formatted(next, wanted.cluster()));
    }
    return next;
  }

  private static String plan(Promotion.Standing standing, String next) {
    return standing.answers()
        ? "%s becomes the primary in place of %s, which answers: nothing is lost, writes wait for a moment"
            .formatted(next, standing.leader())
        : "%s becomes the primary in place of %s, which does not answer and is made to end"
            .formatted(next, standing.leader());
  }

  private Promoted switchOver(Promotion.Standing standing, String next) throws IOException {
    String former = standing.leader();
    boolean begun = false;
    try {
      wanted.progress().accept(former + " takes no more writes");
      cluster.freeze(former);
      cluster.awaitAll(former, next);
      begun = true;
      return new Promoted(next, former, begin(next), 0L);
    } finally {
      if (!begun) {
        cluster.thaw(former);
        PromotionMark.clear(home, wanted.cluster());
      }
    }
  }

  private Promoted failOver(Promotion.Standing standing, String next, String fencedBefore)
      throws IOException {
    String former = standing.leader();
    wanted.progress().accept(former + " is made to end");
    boolean ran = cluster.fence(former) || fencedBefore.equals(former);
    PromotionMark.set(home, wanted.cluster(), ran ? former : "");
    try {
      wanted.progress().accept(next + " applies what it received");
      cluster.applyReceived(next);
      Optional<Long> missing = cluster.missing(next, RouterViews.acknowledged(routers.all()));
      wanted.loss().check(next, missing);
      return new Promoted(next, former, begin(next), missing.orElse(null));
    } finally {
      PromotionMark.clear(home, wanted.cluster());
      if (ran) {
        cluster.release(former); // as the primary if it was not replaced, else as a replica
      }
    }
  }

  private long begin(String next) throws IOException {
    long term = cluster.look().term();
    for (ClusterState view : routers.all()) {
      term = Math.max(term, view.term());
    }
    cluster.begin(next, term + 1);
    wanted.progress().accept("%s is the primary of term %d".formatted(next, term + 1));
    return term + 1;
  }

  private void awaitRouters(String next) {
    boolean agreed =
        Control.await(
            FOLLOW_SECONDS,
            () -> {
              try {
                return RouterViews.agree(routers.all(), next);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    wanted
        .progress()
        .accept(
            agreed
                ? "all routers that answer write to it"
                : "not all routers write to it yet: ./tanada shards says what they see");
  }
}
