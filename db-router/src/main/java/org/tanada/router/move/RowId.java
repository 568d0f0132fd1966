package org.tanada.router.move;

import java.util.List;

/**
 * Which row has changed.
 *
 * @param table its table
 * @param key the values of its primary key, as texts
 */
public record RowId(String table, List<String> key) {
  public RowId {
    key = List.copyOf(key);
  }
}
