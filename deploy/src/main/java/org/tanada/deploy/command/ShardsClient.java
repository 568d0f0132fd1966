package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.tanada.common.row.ShardsContract.Cleaned;
import org.tanada.common.row.ShardsContract.ClusterState;
import org.tanada.common.row.ShardsContract.ClusterStates;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.common.row.ShardsContract.Move;
import org.tanada.common.row.ShardsContract.Progress;
import org.tanada.common.row.ShardsContract.Shard;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;

/** The shards contract by any router that answers. */
final class ShardsClient {
  private static final long POLL_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int PATIENCE = 20;

  private final RouterClient router;

  ShardsClient(Launcher launcher) {
    this.router = new RouterClient(launcher);
  }

  Listing list() throws IOException {
    return router.ask("/v1/shards", null, Listing.class);
  }

  /** The databases as the router that answers sees them. */
  List<ClusterState> clusters() throws IOException {
    return router.ask("/v1/shards/clusters", null, ClusterStates.class).clusters();
  }

  void move(Move move) throws IOException {
    router.tell("/v1/shards/moves", move);
  }

  void abort(int shard) throws IOException {
    router.tell("/v1/shards/moves/aborts", new Shard(shard));
  }

  Cleaned clean(int shard) throws IOException {
    return router.ask("/v1/shards/cleanings", new Shard(shard), Cleaned.class);
  }

  /** Waits until the routers know of a cluster. */
  void awaitCluster(int cluster) throws IOException {
    for (int look = 0; look < PATIENCE; look++) {
      if (list().clusters().contains(cluster)) {
        return;
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new OperatorException(
        "no router has seen mysql-%d: ./tanada status says how it is".formatted(cluster));
  }

  /**
   * Starts a move and waits until the shard is there.
   *
   * @param watch told once a second how far it is
   */
  void moveAndWait(Move move, Consumer<String> watch) throws IOException {
    move(move);
    int unseen = 0;
    while (unseen < PATIENCE) {
      Listing listing = list();
      if (listing.copies().stream()
          .anyMatch(copy ->
              copy.shard() == move.shard()
                  && copy.cluster() == move.to()
                  && copy.state().equals("active"))) {
        return;
      }
      Optional<Progress> progress =
          listing.moves().stream().filter(known -> known.shard() == move.shard()).findFirst();
      String error = progress.map(Progress::error).orElse(null);
      if (error != null && !progress.get().running()) {
        throw new OperatorException(
            "the move of shard %d stands still: %s".formatted(move.shard(), error));
      }
      unseen = progress.isPresent() && progress.get().running() ? 0 : unseen + 1;
      progress.ifPresent(known -> watch.accept(line(known)));
      LockSupport.parkNanos(POLL_NANOS);
    }
    throw new OperatorException(
        "the move of shard %d ended before its end: ./tanada logs router says why, and the same command resumes it"
            .formatted(move.shard()));
  }

  private static String line(Progress move) {
    String left = move.secondsLeft() == null ? "" : ", " + move.secondsLeft() + " s left";
    return String.format(
        Locale.ROOT,
        "shard %02d  %s  %,d of about %,d rows, %,d rows/s%s, %,d changes applied",
        move.shard(),
        move.phase(),
        move.rowsCopied(),
        move.rowsExpected(),
        move.rowsPerSecond(),
        left,
        move.changesApplied());
  }
}
