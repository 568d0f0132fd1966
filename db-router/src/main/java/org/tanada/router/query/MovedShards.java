package org.tanada.router.query;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.router.shard.ShardDirectory;

/** Reads that follow shards to where they have moved. */
@Component
final class MovedShards {
  private static final Duration PATIENCE = Duration.ofSeconds(6);
  private static final long PAUSE_NANOS = 10_000_000;

  private final ShardDirectory directory;

  MovedShards(ShardDirectory directory) {
    this.directory = directory;
  }

  /** Reads by the map, and again by a new one as long as a shard is not where it was said to be. */
  <T> T following(Supplier<T> read) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return read.get();
      } catch (CopyReader.NotServedException e) {
        if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
          throw ProblemException.ofShard(
              ProblemCode.MOVED,
              e.shard(),
              "virtual shard " + e.shard() + " is still on its way to another cluster",
              e);
        }
      }
      LockSupport.parkNanos(PAUSE_NANOS);
      directory.relearn();
    }
  }
}
