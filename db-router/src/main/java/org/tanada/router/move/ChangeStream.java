package org.tanada.router.move;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.DeleteRowsEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.QueryEventData;
import com.github.shyiko.mysql.binlog.event.RotateEventData;
import com.github.shyiko.mysql.binlog.event.TableMapEventData;
import com.github.shyiko.mysql.binlog.event.UpdateRowsEventData;
import com.github.shyiko.mysql.binlog.event.WriteRowsEventData;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer.CompatibilityMode;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows of one schema that change, by the server's binary log, read as a client. Of each event
 * only the primary keys are taken: what the rows hold is read from the server itself, so that
 * nothing depends on how a log writes a value.
 *
 * <p>The queue is bounded: a reader that falls behind makes the server wait with sending.
 */
final class ChangeStream implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChangeStream.class);
  private static final int QUEUE = 20_000;
  private static final long HEARTBEAT_MILLIS = 1_000;
  private static final long SILENT_NANOS = 10_000_000_000L;

  /** Views have no rows of their own, whatever tables they name. */
  private static final Pattern VIEW =
      Pattern.compile(
          "^\\s*(CREATE|ALTER|DROP)(\\s+OR\\s+REPLACE)?(\\s+ALGORITHM\\s*=\\s*\\w+)?"
              + "(\\s+DEFINER\\s*=\\s*\\S+)?(\\s+SQL\\s+SECURITY\\s+\\w+)?\\s+VIEW\\b",
          Pattern.CASE_INSENSITIVE);

  /** Statements that change nothing by themselves. */
  private static final Pattern CONTROL =
      Pattern.compile(
          "^\\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|XA|START TRANSACTION|RELEASE)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private final String schema;
  private final Pattern mentioned;
  private final Map<String, MovedTable> tables = new HashMap<>();
  private final Map<Long, Optional<MovedTable>> tablesById = new HashMap<>();
  private final BlockingQueue<Item> queue = new ArrayBlockingQueue<>(QUEUE);
  private final BinaryLogClient client;
  private String file;
  private boolean unbounded; // changes are in the queue, and not yet the end of their transaction
  private volatile LogPosition passed;
  private volatile long heardAt = System.nanoTime();
  private volatile @Nullable Exception failure;
  private volatile boolean closed;

  /** A row, or the end of its transaction. */
  private record Item(@Nullable RowId row, @Nullable LogPosition end) {}

  /**
   * Rows that have changed.
   *
   * @param rows each once
   * @param reached all changes up to there are in this batch or an earlier one; null if it has not
   *     the end of a transaction
   */
  record Batch(List<RowId> rows, @Nullable LogPosition reached) {}

  ChangeStream(BinaryLogClient client, String schema, List<MovedTable> moved, LogPosition from) {
    this.client = client;
    this.schema = schema;
    this.mentioned = Pattern.compile("\\b" + schema + "\\b", Pattern.CASE_INSENSITIVE);
    moved.forEach(table -> tables.put(table.name(), table));
    this.passed = from;
    this.file = from.file();
    EventDeserializer deserializer = new EventDeserializer();
    deserializer.setCompatibilityMode(CompatibilityMode.CHAR_AND_BINARY_AS_BYTE_ARRAY);
    client.setEventDeserializer(deserializer);
    client.setBinlogFilename(from.file());
    client.setBinlogPosition(from.offset());
    client.setServerId(ThreadLocalRandom.current().nextLong(1L << 30, 1L << 31));
    client.setHeartbeatInterval(HEARTBEAT_MILLIS);
    client.setUseNonGracefulDisconnect(true);
    client.registerEventListener(this::onEvent);
    client.registerLifecycleListener(new Failures());
  }

  /** Begins to read, on a thread of its own. */
  void start() {
    Thread.ofPlatform()
        .daemon()
        .name(schema + "-log")
        .start(() -> {
          try {
            client.connect();
          } catch (IOException | RuntimeException e) {
            fail(e);
          }
        });
  }

  /**
   * What has changed since the last call; waits for a moment if nothing has.
   *
   * @param most rows
   * @throws IOException if the stream broke: it can be begun again where the last batch ended
   */
  Batch take(int most) throws IOException, InterruptedException {
    LogPosition before = passed; // whatever lies before it is in the queue already
    Item item = queue.poll();
    if (item == null) {
      check();
      item = queue.poll(2, TimeUnit.MILLISECONDS);
    }
    Set<RowId> rows = new LinkedHashSet<>();
    LogPosition reached = null;
    while (item != null) {
      if (item.row() != null) {
        rows.add(item.row());
      } else {
        reached = item.end();
      }
      if (rows.size() >= most) {
        break;
      }
      item = queue.poll();
    }
    if (item == null && (reached == null || before.reaches(reached))) {
      reached = before; // the queue was emptied
    }
    return new Batch(List.copyOf(rows), reached);
  }

  private void check() throws IOException {
    Exception broken = failure;
    if (broken instanceof MoveException e) {
      throw e;
    }
    if (broken != null) {
      throw new IOException("the binary log cannot be read: " + broken.getMessage(), broken);
    }
    if (System.nanoTime() - heardAt > SILENT_NANOS) {
      throw new IOException("the source is silent: not even a heartbeat came");
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      client.disconnect();
    } catch (IOException e) {
      log.debug("ending the reading of {} failed: {}", schema, e.toString());
    }
  }

  private void fail(Exception e) {
    if (!closed && failure == null) {
      failure = e;
    }
  }

  private void onEvent(Event event) {
    heardAt = System.nanoTime();
    if (closed || failure != null) {
      return;
    }
    try {
      read(event.getHeader(), event.getData());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(e);
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private void read(EventHeaderV4 header, @Nullable EventData data) throws InterruptedException {
    switch (data) {
      case RotateEventData rotate -> {
        file = rotate.getBinlogFilename();
        tablesById.clear();
        end(new LogPosition(file, rotate.getBinlogPosition()));
      }
      case TableMapEventData map -> tablesById.put(map.getTableId(), table(map));
      case WriteRowsEventData rows -> {
        Optional<MovedTable> table = table(rows.getTableId());
        if (table.isPresent()) {
          for (Serializable[] row : rows.getRows()) {
            changed(table.get(), row);
          }
        }
      }
      case DeleteRowsEventData rows -> {
        Optional<MovedTable> table = table(rows.getTableId());
        if (table.isPresent()) {
          for (Serializable[] row : rows.getRows()) {
            changed(table.get(), row);
          }
        }
      }
      case UpdateRowsEventData rows -> {
        Optional<MovedTable> table = table(rows.getTableId());
        if (table.isPresent()) {
          for (Map.Entry<Serializable[], Serializable[]> row : rows.getRows()) {
            changed(table.get(), row.getKey());
            changed(table.get(), row.getValue()); // the key itself may have changed
          }
        }
      }
      case QueryEventData query -> {
        if (!query.getSql().strip().toUpperCase(Locale.ROOT).startsWith("BEGIN")) {
          statement(query);
          end(new LogPosition(file, header.getNextPosition()));
        }
      }
      case null, default -> other(header);
    }
  }

  private void other(EventHeaderV4 header) throws InterruptedException {
    switch (header.getEventType()) {
      case XID, XA_PREPARE -> end(new LogPosition(file, header.getNextPosition()));
      case TRANSACTION_PAYLOAD, PARTIAL_UPDATE_ROWS_EVENT ->
          throw new MoveException(
              "the binary log has changes in a form that a move does not read ("
                  + header.getEventType()
                  + "): switch it off and start again");
      default -> {} // says nothing about rows
    }
  }

  private void statement(QueryEventData query) {
    if (CONTROL.matcher(query.getSql()).matches() || VIEW.matcher(query.getSql()).find()) {
      return;
    }
    if (schema.equalsIgnoreCase(query.getDatabase()) || mentioned.matcher(query.getSql()).find()) {
      String sql = query.getSql().strip();
      throw MoveException.spoilt(
          "the tables were changed by a statement during the move (%s): start again when migrations are done"
              .formatted(sql.substring(0, Math.min(80, sql.length()))));
    }
  }

  private Optional<MovedTable> table(TableMapEventData map) {
    if (!map.getDatabase().equals(schema) || MovedTable.STAYING.contains(map.getTable())) {
      return Optional.empty();
    }
    MovedTable table = tables.get(map.getTable());
    if (table == null) {
      throw MoveException.spoilt(
          "table " + map.getTable() + " was made during the move: start again");
    }
    return Optional.of(table);
  }

  private Optional<MovedTable> table(long id) {
    Optional<MovedTable> table = tablesById.get(id);
    if (table == null) {
      throw new IllegalStateException("rows of a table that was not announced");
    }
    return table;
  }

  private void changed(MovedTable table, Serializable[] row) throws InterruptedException {
    List<String> key = new ArrayList<>();
    for (MovedColumn column : table.key()) {
      key.add(column.keyText(row[column.ordinal()]));
    }
    unbounded = true;
    put(new Item(new RowId(table.name(), key), null));
  }

  /** A transaction has ended; those of other schemas need no entry in the queue. */
  private void end(LogPosition position) throws InterruptedException {
    if (unbounded) {
      put(new Item(null, position));
      unbounded = false;
    }
    passed = position;
  }

  private void put(Item item) throws InterruptedException {
    while (!closed && !queue.offer(item, 100, TimeUnit.MILLISECONDS)) {
      heardAt = System.nanoTime(); // it is we who do not listen
    }
  }

  private final class Failures implements BinaryLogClient.LifecycleListener {
    @Override
    public void onConnect(BinaryLogClient connected) {
      log.debug("{} is read from {}", schema, passed);
    }

    @Override
    public void onCommunicationFailure(BinaryLogClient broken, Exception e) {
      fail(e);
    }

    @Override
    public void onEventDeserializationFailure(BinaryLogClient broken, Exception e) {
      fail(e);
    }

    @Override
    public void onDisconnect(BinaryLogClient ended) {
      fail(new IOException("the source ended the connection"));
    }
  }
}
