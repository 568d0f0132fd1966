package org.tanada.router.cache;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;

/** Single rows in memcached. */
@Component
public class RowCache {
  /** What the cache holds for the keys. */
  public Map<RowKey, Entry> find(List<RowKey> keys) {
    return Map.of();
  }

  /** Offers a row that was read. */
  public void fill(RowKey key, Row row, @Nullable Entry seen) {}

  /** Guards rows that are about to change; called before the commit, while they are locked. */
  public void beforeCommit(List<Change> changes) {}

  /** The changes are committed. */
  public void afterCommit(List<Change> changes) {}

  /**
   * What the cache holds for a key.
   *
   * @param version the row's; a tombstone's: the least version that may replace it
   * @param row null for a tombstone
   */
  public record Entry(long version, @Nullable Row row) {}

  /**
   * A row that a transaction changes.
   *
   * @param key which
   * @param row as it is after the change; null if it is deleted
   */
  public record Change(RowKey key, @Nullable Row row) {}
}
