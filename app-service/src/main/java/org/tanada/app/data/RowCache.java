package org.tanada.app.data;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.PageRequest;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.timing.ServerTiming;

/**
 * Rows and pages of rows in this server's RAM, for the seconds that readers without a past do not
 * notice. Bounded in entries and bytes at once: every entry weighs at least the size divided by the
 * entries. Concurrent misses of one key make one call; nothing is locked while it runs.
 */
@Component
final class RowCache {
  private final Cache<Object, Object> cache;
  private final ConcurrentMap<Object, CompletableFuture<Object>> loading =
      new ConcurrentHashMap<>();
  private final int leastWeight;

  RowCache(AppProperties properties, MeterRegistry metrics) {
    long size = properties.rowCacheSize().toBytes();
    this.leastWeight = (int) Math.max(1, size / properties.rowCacheEntries());
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(size)
            .weigher((Object key, Object value) -> Math.max(leastWeight, weight(value)))
            .expireAfterWrite(properties.rowCacheTime())
            .recordStats()
            .build();
    CaffeineCacheMetrics.monitor(metrics, cache, "rows");
  }

  <T> Optional<Stored<T>> row(Table<T> table, long id, Supplier<Optional<Stored<T>>> load) {
    return get(new RowId(table.name(), id), load);
  }

  <T> Optional<Stored<T>> present(Table<T> table, long id) {
    @SuppressWarnings("unchecked") // the key names the table, and so the type
    Optional<Stored<T>> found =
        (Optional<Stored<T>>) cache.getIfPresent(new RowId(table.name(), id));
    return found == null ? Optional.empty() : found;
  }

  <T> void keep(Table<T> table, Stored<T> row) {
    cache.put(new RowId(table.name(), row.id()), Optional.of(row));
  }

  <T> Rows.TypedPage<T> page(
      Table<T> table,
      @Nullable Long owner,
      Map<String, @Nullable Object> where,
      PageRequest page,
      Supplier<Rows.TypedPage<T>> load) {
    return get(new PageKey(table.name(), owner, new LinkedHashMap<>(where), page), load);
  }

  /** A write has changed the row: this server at least serves it no longer. */
  void forget(String table, long id) {
    cache.invalidate(new RowId(table, id));
  }

  @SuppressWarnings("unchecked") // the key names the table, and so the type
  private <V> V get(Object key, Supplier<V> load) {
    Object present = cache.getIfPresent(key);
    if (present != null) {
      ServerTiming.note("row cache hit");
      return (V) present;
    }
    CompletableFuture<Object> own = new CompletableFuture<>();
    CompletableFuture<Object> other = loading.putIfAbsent(key, own);
    if (other != null) {
      return (V) join(other);
    }
    try {
      V value = load.get();
      cache.put(key, (Object) value);
      own.complete(value);
      return value;
    } catch (RuntimeException | Error e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      loading.remove(key, own);
    }
  }

  private static Object join(CompletableFuture<Object> other) {
    try {
      return other.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Roughly the bytes that a value takes: its text and what Java adds. */
  private static int weight(Object value) {
    return switch (value) {
      case Optional<?> row -> 100 + row.map(r -> 2 * r.toString().length()).orElse(0);
      case Rows.TypedPage<?> page -> 100 + 2 * page.rows().toString().length();
      default -> throw new IllegalArgumentException("not kept here: " + value.getClass());
    };
  }

  private record RowId(String table, long id) {}

  private record PageKey(
      String table, @Nullable Long owner, Map<String, @Nullable Object> where, PageRequest page) {}
}
