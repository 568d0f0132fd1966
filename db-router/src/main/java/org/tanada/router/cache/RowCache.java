package org.tanada.router.cache;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.spy.memcached.CASValue;
import net.spy.memcached.MemcachedClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.row.RowKey;
import org.tanada.router.safeguard.Safeguard;
import org.tanada.router.safeguard.Safeguards;

/**
 * Single rows in memcached.
 *
 * <p>Why a reader does not go back behind what it has seen. A writer that holds a row's lock puts a
 * tombstone with the row's new version into the cache before it commits. From then on
 *
 * <ul>
 *   <li>a reader that looks finds the tombstone and asks the primary, past all replicas;
 *   <li>a reader that still holds the old row from before, or from a replica that lags, cannot put
 *       it there: it fills by {@code add}, which fails while anything is there, or by
 *       compare-and-swap against the tombstone, and then only with the tombstone's version or a
 *       later one, which it can have read only after the commit.
 * </ul>
 *
 * After the commit the writer replaces the tombstone by the row as committed, compared by version,
 * so that of two writers the later one stays whichever comes last; a deleted row's tombstone stays
 * until it expires. Tombstones outlive the lag of every replica that is read. So whoever has been
 * told of a commit, by its token or otherwise, finds the committed row or something newer.
 *
 * <p>What remains is a memcached node that loses a tombstone (it is restarted, evicts it, or could
 * not be reached when it was set and returns with old rows). An old row then lives at most as long
 * as rows do, {@link CacheProperties#rowLife()}. That is for readers without a token only: every
 * row says of what time it is, its {@link Origin}, and who has a token takes it only if that covers
 * what the token names. So nobody is ever given less than they have seen by their token, whatever
 * the cache has been through.
 *
 * <p>That a row does not exist is kept too, for {@link CacheProperties#absentLife()}.
 */
@Component
public final class RowCache {
  private static final Logger log = LoggerFactory.getLogger(RowCache.class);

  private final MemcachedNodes nodes;
  private final CacheProperties properties;
  private final Safeguards safeguards;
  private final EntryCodec codec = new EntryCodec();
  private final CombinedGets gets = new CombinedGets();
  private final Counter hits;
  private final Counter misses;
  private final Counter guarded;
  private final Counter failures;

  RowCache(
      MemcachedNodes nodes,
      CacheProperties properties,
      Safeguards safeguards,
      MeterRegistry meters) {
    this.nodes = nodes;
    this.safeguards = safeguards;
    this.properties = properties;
    this.hits = meters.counter("tanada.router.cache", "result", "hit");
    this.misses = meters.counter("tanada.router.cache", "result", "miss");
    this.guarded = meters.counter("tanada.router.cache", "result", "tombstone");
    this.failures = meters.counter("tanada.router.cache", "result", "failure");
  }

  /** What the cache holds for the keys; what it does not tell in time counts as not there. */
  public Map<RowKey, Entry> find(List<RowKey> keys) {
    Map<RowKey, Entry> found = new HashMap<>();
    MemcachedClient client = nodes.client();
    if (client == null) {
      return found;
    }
    List<String> names = new ArrayList<>(keys.size());
    keys.forEach(key -> names.add(name(key)));
    Map<String, byte[]> bytes =
        gets.get(names, properties.timeout(), (wanted, millis) -> bulk(client, wanted, millis));
    int tombstones = 0;
    for (int i = 0; i < names.size(); i++) {
      RowKey key = keys.get(i);
      Entry entry = codec.read(key.id(), bytes.get(names.get(i))).orElse(null);
      if (entry != null) {
        found.put(key, entry);
        tombstones += entry.tombstone() ? 1 : 0;
      }
    }
    hits.increment(found.size() - tombstones);
    guarded.increment(tombstones);
    misses.increment(keys.size() - found.size());
    return found;
  }

  private Map<String, byte[]> bulk(MemcachedClient client, Collection<String> names, long millis) {
    try {
      if (names.size() == 1) { // a plain get is a third cheaper than a bulk get of one
        String name = names.iterator().next();
        byte[] bytes = settled(client.asyncGet(name, codec));
        return bytes == null ? Map.of() : Map.of(name, bytes);
      }
      return client.asyncGetBulk(names, codec).getSome(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | RuntimeException e) {
      failed(e);
    }
    return Map.of();
  }

  /**
   * Offers what was read.
   *
   * @param row null if there is none
   * @param origin of what time it is; null if that is not known
   * @param seen what {@link #find} gave for the key, which is replaced if it is not newer; if it
   *     was a tombstone, this was read from the primary; null if there was nothing
   */
  public void fill(
      RowKey key, @Nullable ServedRow row, @Nullable Origin origin, @Nullable Entry seen) {
    MemcachedClient client = nodes.client();
    long version = row == null ? 0 : row.version();
    boolean careless = safeguards.lacks(Safeguard.FILL_ONLY_NEWER);
    if (client == null || (seen != null && version < seen.version() && !careless)) {
      return;
    }
    byte[] bytes = row == null ? codec.absent(origin) : codec.row(row, origin);
    if (bytes.length > properties.maxRowBytes()) {
      return;
    }
    int seconds = seconds(row == null ? properties.absentLife() : properties.rowLife());
    try {
      if (careless) {
        client.set(name(key), seconds, bytes, codec);
      } else if (seen == null) {
        client.add(name(key), seconds, bytes, codec); // nobody waits for it
      } else {
        replace(client, key, version, bytes, seconds);
      }
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  /** Guards rows that are about to change; called before the commit, while they are locked. */
  public void beforeCommit(List<Change> changes) {
    MemcachedClient client = nodes.client();
    if (client == null || safeguards.lacks(Safeguard.TOMBSTONES)) {
      return;
    }
    List<Future<Boolean>> sent = new ArrayList<>();
    try {
      for (Change change : changes) {
        sent.add(
            client.set(
                name(change.key()),
                seconds(properties.tombstoneLife()),
                codec.tombstone(version(change)),
                codec));
      }
    } catch (RuntimeException e) {
      failed(e);
    }
    sent.forEach(this::settled);
  }

  /**
   * The changes are committed.
   *
   * @param origin with the commit; null if its position is not known
   */
  public void afterCommit(List<Change> changes, @Nullable Origin origin) {
    MemcachedClient client = nodes.client();
    if (client == null || safeguards.lacks(Safeguard.TOMBSTONES)) {
      return;
    }
    Map<RowKey, Change> last = new HashMap<>();
    changes.forEach(change -> last.put(change.key(), change));
    for (Change change : last.values()) {
      ServedRow row = change.row();
      byte[] bytes = row == null ? null : codec.row(row, origin);
      boolean cacheable = bytes != null && bytes.length <= properties.maxRowBytes();
      try {
        replace(
            client,
            change.key(),
            version(change),
            bytes != null && cacheable ? bytes : codec.tombstone(version(change)),
            seconds(cacheable ? properties.rowLife() : properties.tombstoneLife()));
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** Puts the bytes where there is nothing, or something of no later version. */
  private void replace(
      MemcachedClient client, RowKey key, long version, byte[] bytes, int seconds) {
    CASValue<byte[]> present = settled(client.asyncGets(name(key), codec));
    if (present == null) {
      settled(client.add(name(key), seconds, bytes, codec));
      return;
    }
    Optional<Entry> entry = codec.read(key.id(), present.getValue());
    if (entry.isEmpty() || entry.get().version() <= version) {
      settled(client.asyncCAS(name(key), present.getCas(), seconds, bytes, codec));
    }
  }

  /** The result, or null if there is none in time. */
  private <T> @Nullable T settled(Future<T> future) {
    try {
      return future.get(properties.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } catch (TimeoutException e) {
      future.cancel(true);
      failed(e);
      return null;
    } catch (ExecutionException | CancellationException e) {
      failed(e);
      return null;
    }
  }

  private void failed(Exception e) {
    failures.increment();
    log.debug("memcached failed: {}", e.toString());
  }

  private static int seconds(Duration life) {
    return (int) life.toSeconds();
  }

  /** A deleted row's tombstone gives way to nothing. */
  private static long version(Change change) {
    ServedRow row = change.row();
    return row == null ? Long.MAX_VALUE : row.version();
  }

  private static String name(RowKey key) {
    return "r3:" + key.table() + ":" + key.id();
  }

  /**
   * What the cache holds for a key.
   *
   * @param version the row's, 0 if there is none; a tombstone's: the least that may replace it
   * @param row null if there is none, or for a tombstone
   * @param tombstone whether only the primary may be asked
   * @param origin of what time it is; null if that is not known
   */
  public record Entry(
      long version, @Nullable ServedRow row, boolean tombstone, @Nullable Origin origin) {
    static Entry tombstone(long version) {
      return new Entry(version, null, true, null);
    }
  }

  /**
   * A row that a transaction changes.
   *
   * @param key which
   * @param row as it is after the change; null if it is deleted
   */
  public record Change(RowKey key, @Nullable ServedRow row) {}
}
