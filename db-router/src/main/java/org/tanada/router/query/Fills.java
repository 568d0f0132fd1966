package org.tanada.router.query;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.row.RowKey;
import org.tanada.router.cache.Origin;
import org.tanada.router.cache.ServedRow;

/**
 * Reads that are under way for rows that the cache lacks: one reader asks the databases and fills
 * the cache, while the others of this router wait briefly for what it finds. So a row that
 * everybody wants does not fall on the databases with all its readers when the cache loses it.
 */
@Component
final class Fills {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final Map<RowKey, CompletableFuture<Optional<Fill>>> underWay = new ConcurrentHashMap<>();

  /**
   * What was read.
   *
   * @param row null if there is none
   * @param origin of what time it is; null if that is not known
   */
  record Fill(@Nullable ServedRow row, @Nullable Origin origin) {}

  /** The caller reads those of these rows that nobody else does. */
  Begun begin(Set<RowKey> keys) {
    Map<RowKey, CompletableFuture<Optional<Fill>>> mine = new LinkedHashMap<>();
    for (RowKey key : keys) {
      CompletableFuture<Optional<Fill>> fill = new CompletableFuture<>();
      if (underWay.putIfAbsent(key, fill) == null) {
        mine.put(key, fill);
      }
    }
    return new Begun(mine);
  }

  /** What others find who read these rows now; without those that nobody finds in time. */
  Map<RowKey, Fill> await(Set<RowKey> keys) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Map<RowKey, Fill> found = new HashMap<>();
    for (RowKey key : keys) {
      CompletableFuture<Optional<Fill>> fill = underWay.get(key);
      if (fill == null) {
        continue; // it has just ended
      }
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        fill.get(left, TimeUnit.NANOSECONDS).ifPresent(read -> found.put(key, read));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return found;
      } catch (TimeoutException e) {
        return found; // the caller asks for the rest itself
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // nobody completes it so
      }
    }
    return found;
  }

  /** Rows that the caller reads; those that it did not {@link #end} are nobody's when it closes. */
  final class Begun implements AutoCloseable {
    private final Map<RowKey, CompletableFuture<Optional<Fill>>> mine;

    private Begun(Map<RowKey, CompletableFuture<Optional<Fill>>> mine) {
      this.mine = mine;
    }

    /** Which. */
    Set<RowKey> keys() {
      return mine.keySet();
    }

    /** One has been read. */
    void end(RowKey key, Fill read) {
      end(key, Optional.of(read));
    }

    private void end(RowKey key, Optional<Fill> read) {
      CompletableFuture<Optional<Fill>> fill = mine.get(key);
      if (fill != null) {
        underWay.remove(key, fill);
        fill.complete(read);
      }
    }

    @Override
    public void close() {
      mine.keySet().forEach(key -> end(key, Optional.empty()));
    }
  }
}
