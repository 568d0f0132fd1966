package org.tanada.router.query;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowKey;
import org.tanada.common.row.RowsContract;
import org.tanada.common.timing.ServerTiming;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.shard.Place;
import org.tanada.router.shard.ShardDirectory;

/**
 * Lists, newest first. One owner's rows come in one statement from one shard. Those of all users:
 * first the ids, by one statement per cluster over an index of each shard, merged; then the rows of
 * the page, by id and so mostly from the cache.
 */
@Component
public final class RowLister {
  private final TableCatalog catalog;
  private final ShardDirectory directory;
  private final CopyReader copies;
  private final MovedShards moves;
  private final RowReader reader;
  private final Scatter scatter;
  private final InstantSource clock;

  RowLister(
      TableCatalog catalog,
      ShardDirectory directory,
      CopyReader copies,
      MovedShards moves,
      RowReader reader,
      Scatter scatter,
      InstantSource clock) {
    this.catalog = catalog;
    this.directory = directory;
    this.copies = copies;
    this.moves = moves;
    this.reader = reader;
    this.scatter = scatter;
    this.clock = clock;
  }

  /**
   * A page of rows, as {@link RowsContract.Page} tells of it.
   *
   * @param rows newest first
   * @param next the {@code before} of the next page; null if this is the last
   * @param missing the virtual shards whose rows are not among them
   */
  public record Page(List<ServedRow> rows, @Nullable Long next, List<Integer> missing) {
    Page(List<ServedRow> rows, @Nullable Long next) {
      this(rows, next, List.of());
    }
  }

  /** A page, as the contract says. */
  public Page list(RowsContract.ListRows list) {
    if (list.limit() < 1 || list.limit() > RowsContract.MAX_PAGE) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "limit is 1 to " + RowsContract.MAX_PAGE);
    }
    TableDefinition table = catalog.table(list.table(), list.where().keySet());
    Map<Column, @Nullable Object> where = table.coerce(list.where());
    Freshness freshness = Freshness.of(list.consistency(), clock.millis());
    Long owner = list.owner();
    return owner == null
        ? newest(table, where, list, freshness)
        : ofOwner(table, where, list, owner, freshness);
  }

  private Page ofOwner(
      TableDefinition table,
      Map<Column, @Nullable Object> where,
      RowsContract.ListRows list,
      long owner,
      Freshness freshness) {
    int shard = directory.shardOf(owner);
    int columns = TableDefinition.STANDARD.size() + table.columns().size();
    String sql =
        " UNION ALL (SELECT NULL, "
            + table.selected()
            + from(table, shard)
            + " WHERE user_id = ?"
            + conditions(where, list.before())
            + ")";
    CopyReader.Answer<List<ServedRow>> answer =
        moves.following(() ->
            copies.read(
                directory.readable(shard).cluster(),
                shard,
                freshness,
                (connection, primary) ->
                    select(
                        connection,
                        ServingShards.mark(shard, columns, primary) + sql,
                        shard,
                        table,
                        owner,
                        where,
                        list)));
    ServerTiming.note("shard " + shard + " " + answer.node());
    List<ServedRow> rows = answer.value();
    return rows.size() <= list.limit()
        ? new Page(rows, null)
        : new Page(rows.subList(0, list.limit()), rows.get(list.limit() - 1).id());
  }

  private Page newest(
      TableDefinition table,
      Map<Column, @Nullable Object> where,
      RowsContract.ListRows list,
      Freshness freshness) {
    Missing<Integer> missing = new Missing<>(list.partial());
    List<Optional<CopyReader.Answer<List<Long>>>> answers =
        moves.following(() ->
            scatter.all(
                List.copyOf(byCluster(missing).entrySet()),
                cluster ->
                    missing.unless(
                        cluster.getValue(),
                        () ->
                            copies.read(
                                cluster.getKey(),
                                cluster.getValue().getFirst(),
                                freshness,
                                (connection, primary) ->
                                    selectIds(
                                        connection,
                                        primary,
                                        cluster.getValue(),
                                        table,
                                        where,
                                        list)))));
    List<Long> ids = new ArrayList<>();
    for (CopyReader.Answer<List<Long>> answer :
        answers.stream().flatMap(Optional::stream).toList()) {
      ids.addAll(answer.value());
      ServerTiming.note("newest " + answer.node());
    }
    ids.sort(Comparator.reverseOrder());
    boolean more = ids.size() > list.limit();
    List<Long> page = more ? ids.subList(0, list.limit()) : ids;
    List<RowKey> keys = page.stream().map(id -> new RowKey(table.name(), id)).toList();
    Missing<RowKey> unread = new Missing<>(list.partial());
    Map<RowKey, @Nullable ServedRow> found = reader.find(keys, freshness, unread);
    unread.parts().forEach(key -> missing.parts().add(TanadaId.shard(key.id())));
    List<ServedRow> rows = new ArrayList<>();
    for (RowKey key : keys) {
      ServedRow row = found.get(key);
      if (row != null && matches(row, where)) { // it may have changed between the two steps
        rows.add(row);
      }
    }
    return new Page(rows, more ? page.getLast() : null, missing.parts().stream().sorted().toList());
  }

  /** The shards of each cluster; a shard without a place is missing, or the list would lie. */
  private Map<Integer, List<Integer>> byCluster(Missing<Integer> missing) {
    Map<Integer, List<Integer>> shards = new TreeMap<>();
    for (int i = 0; i < directory.count(); i++) {
      int shard = i;
      missing
          .unless(List.of(shard), () -> directory.readable(shard))
          .ifPresent(place ->
              shards.computeIfAbsent(place.cluster(), cluster -> new ArrayList<>()).add(shard));
    }
    return shards;
  }

  private static List<ServedRow> select(
      Connection connection,
      String sql,
      int shard,
      TableDefinition table,
      long owner,
      Map<Column, @Nullable Object> where,
      RowsContract.ListRows list)
      throws SQLException {
    ServingShards serving = new ServingShards(List.of(shard));
    List<ServedRow> rows = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, owner);
      bind(statement, 2, where, list);
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          if (serving.isData(result)) {
            rows.add(table.read(result, 2));
          }
        }
      }
    }
    serving.check();
    rows.sort(Comparator.comparingLong(ServedRow::id).reversed()); // a UNION promises no order
    return rows;
  }

  private static List<Long> selectIds(
      Connection connection,
      boolean primary,
      List<Integer> shards,
      TableDefinition table,
      Map<Column, @Nullable Object> where,
      RowsContract.ListRows list)
      throws SQLException {
    StringJoiner union = new StringJoiner(" UNION ALL ");
    for (int shard : shards) {
      union.add(ServingShards.mark(shard, 1, primary));
      union.add(
          "(SELECT NULL, id"
              + from(table, shard)
              + " WHERE TRUE"
              + conditions(where, list.before())
              + ")");
    }
    ServingShards serving = new ServingShards(shards);
    List<Long> ids = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(union + " ORDER BY 1 DESC, 2 DESC LIMIT ?")) {
      int index = 1;
      for (int i = 0; i < shards.size(); i++) {
        index = bind(statement, index, where, list);
      }
      statement.setInt(index, shards.size() + list.limit() + 1); // the marks come first
      try (ResultSet result = statement.executeQuery()) {
        while (result.next()) {
          if (serving.isData(result)) {
            ids.add(result.getLong(2));
          }
        }
      }
    }
    serving.check();
    return ids;
  }

  private static String from(TableDefinition table, int shard) {
    return " FROM " + Place.schema(shard) + "." + table.name();
  }

  private static String conditions(Map<Column, @Nullable Object> where, @Nullable Long before) {
    StringBuilder sql = new StringBuilder();
    where.keySet().forEach(column -> sql.append(" AND ").append(column.quoted()).append(" <=> ?"));
    if (before != null) {
      sql.append(" AND id < ?");
    }
    return sql.append(" ORDER BY id DESC LIMIT ?").toString();
  }

  private static int bind(
      PreparedStatement statement,
      int first,
      Map<Column, @Nullable Object> where,
      RowsContract.ListRows list)
      throws SQLException {
    int index = first;
    for (Object value : where.values()) {
      Column.bind(statement, index++, value);
    }
    Long before = list.before();
    if (before != null) {
      statement.setLong(index++, before);
    }
    statement.setInt(index++, list.limit() + 1);
    return index;
  }

  private static boolean matches(ServedRow served, Map<Column, @Nullable Object> where) {
    if (where.isEmpty()) {
      return true;
    }
    Row row = served.row();
    return where.entrySet().stream()
        .allMatch(
            entry -> Objects.equals(row.values().get(entry.getKey().name()), entry.getValue()));
  }
}
