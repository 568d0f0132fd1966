package org.tanada.deploy.backup;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * Compares rows as they were with those that the system has now, and writes them through a router,
 * so that caches and whoever else writes know of it. A row that was changed between the look and
 * the write is not overwritten: its version tells.
 */
final class Comeback {
  /** Less than a router takes in one transaction. */
  private static final int WRITES = 50;

  /** A transaction's body has less than what one row may have at most, unless it is one row. */
  private static final long BYTES = RowsContract.MAX_ROW_BYTES;

  private final RowsContract live;
  private final Map<String, Set<String>> columns;

  /**
   * A way back.
   *
   * @param columns what the tables have now: what was taken away since does not come back
   */
  Comeback(RowsContract live, Map<String, Set<String>> columns) {
    this.live = live;
    this.columns = columns;
  }

  /**
   * A row that is there, with other values.
   *
   * @param then as it was
   * @param now as it is
   */
  record Changed(Row then, Row now) {}

  /**
   * How rows of before are now.
   *
   * @param missing those that are not there
   * @param changed those that are there with other values
   * @param same those that are as they were, as they are now
   */
  record Compared(List<Row> missing, List<Changed> changed, List<Row> same) {
    Compared {
      missing = List.copyOf(missing);
      changed = List.copyOf(changed);
      same = List.copyOf(same);
    }
  }

  /** Compares. */
  Compared compare(List<Row> rows) {
    List<Row> missing = new ArrayList<>();
    List<Changed> changed = new ArrayList<>();
    List<Row> same = new ArrayList<>();
    for (int i = 0; i < rows.size(); i += RowsContract.MAX_BATCH) {
      List<Row> some = rows.subList(i, Math.min(rows.size(), i + RowsContract.MAX_BATCH));
      List<RowKey> keys = some.stream().map(row -> new RowKey(row.table(), row.id())).toList();
      List<@Nullable Row> present =
          live.read(new RowsContract.Read(keys, Consistency.PRIMARY)).rows();
      for (int k = 0; k < some.size(); k++) {
        Row then = known(some.get(k));
        Row now = present.get(k);
        if (now == null) {
          missing.add(then);
        } else if (equal(then, now)) {
          same.add(now);
        } else {
          changed.add(new Changed(then, now));
        }
      }
    }
    return new Compared(missing, changed, same);
  }

  /** The row with the values that its table has columns for. */
  private Row known(Row row) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(row.values());
    values.keySet().retainAll(columns.getOrDefault(row.table(), Set.of()));
    return new Row(
        row.table(),
        row.id(),
        row.owner(),
        row.version(),
        row.createdAt(),
        row.updatedAt(),
        values);
  }

  /** In what it had then: columns that came since do not count. */
  private static boolean equal(Row then, Row now) {
    return then.values().entrySet().stream()
        .allMatch(value -> Objects.equals(value.getValue(), now.values().get(value.getKey())));
  }

  /**
   * Writes an owner's rows.
   *
   * @param replace whether changed ones become what they were
   * @param renamed files that have another id now, by the one before
   * @return rows that could not be written, each with the reason
   */
  List<String> write(long owner, Compared compared, boolean replace, Map<Long, Long> renamed) {
    List<Write> writes = new ArrayList<>();
    for (Row row : compared.missing()) {
      writes.add(
          new Write(
              Write.Operation.INSERT,
              row.table(),
              row.id(),
              null,
              renamed(row.values(), renamed),
              Map.of()));
    }
    for (Changed row : replace ? compared.changed() : List.<Changed>of()) {
      writes.add(update(row.now(), renamed(row.then().values(), renamed)));
    }
    for (Row row : compared.same()) {
      Map<String, @Nullable Object> values = renamed(row.values(), renamed);
      values.entrySet().removeAll(row.values().entrySet());
      if (!values.isEmpty()) {
        writes.add(update(row, values));
      }
    }
    List<String> refused = new ArrayList<>();
    for (List<Write> part : parts(writes)) {
      try {
        commit(owner, part);
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.DUPLICATE) {
          throw e;
        }
        part.forEach(write -> commitAlone(owner, write, refused));
      }
    }
    return refused;
  }

  /** One that stands in the way, such as a second order of the same video, is not all of them. */
  private void commitAlone(long owner, Write write, List<String> refused) {
    try {
      commit(owner, List.of(write));
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.DUPLICATE) {
        throw e;
      }
      refused.add(write.table() + " " + write.id() + ": " + e.getMessage());
    }
  }

  private void commit(long owner, List<Write> writes) {
    String key = "restore-" + UUID.randomUUID();
    live.commit(new Transaction(owner, writes, List.of(), key, key, null));
  }

  private static Write update(Row now, Map<String, @Nullable Object> values) {
    return new Write(
        Write.Operation.UPDATE, now.table(), now.id(), now.version(), values, Map.of());
  }

  private static Map<String, @Nullable Object> renamed(
      Map<String, @Nullable Object> values, Map<Long, Long> renamed) {
    Map<String, @Nullable Object> all = new HashMap<>(values);
    all.replaceAll((column, value) ->
        value instanceof Long id && namesFile(column) ? renamed.getOrDefault(id, id) : value);
    return all;
  }

  /** Whether a column may hold the id of a file. */
  static boolean namesFile(String column) {
    return column.endsWith("_id");
  }

  private static List<List<Write>> parts(List<Write> writes) {
    List<List<Write>> parts = new ArrayList<>();
    long bytes = BYTES;
    for (Write write : writes) {
      long size =
          write.values().values().stream()
              .mapToLong(value -> value instanceof String text ? 3L * text.length() : Long.BYTES)
              .sum();
      if (bytes + size > BYTES || parts.getLast().size() == WRITES) {
        parts.add(new ArrayList<>());
        bytes = 0;
      }
      parts.getLast().add(write);
      bytes += size;
    }
    return parts;
  }
}
