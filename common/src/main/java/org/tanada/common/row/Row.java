package org.tanada.common.row;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row of any table.
 *
 * @param table its table
 * @param id its id, which names its virtual shard
 * @param owner id of the user who owns it ({@code user_id}), in the same virtual shard
 * @param version 1 when inserted, one more with each update
 * @param createdAt microseconds since the Unix epoch
 * @param updatedAt microseconds since the Unix epoch
 * @param values the other columns by their names: Long, String, Boolean, Double or null
 */
public record Row(
    String table,
    long id,
    long owner,
    long version,
    long createdAt,
    long updatedAt,
    Map<String, @Nullable Object> values) {
  public Row {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(values);
    // JSON does not tell a small long from an int: a column's type must not depend on its value.
    copy.replaceAll(
        (column, value) -> value instanceof Integer number ? (Object) number.longValue() : value);
    values = Collections.unmodifiableMap(copy);
  }
}
