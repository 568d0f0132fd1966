package org.tanada.common.row;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * The only way to structured data, as db-router offers it over HTTP. Generic over the tables that
 * the migrations define. Errors are problems: {@code not-found} (a row to change is missing),
 * {@code version-mismatch}, {@code duplicate} (reason: name of the key), {@code claimed}, {@code
 * idempotency-key-reused}, {@code malformed-request} (unknown table or column), {@code
 * content-too-large} (a row or a body over its limit), {@code unavailable} and {@code moved} (a
 * shard is out of reach, or was still on its way to another cluster when the patience ended: {@link
 * org.tanada.common.problem.Problem#shard()} says which).
 */
@HttpExchange("/v1")
public interface RowsContract {
  /** Most rows in one read. */
  int MAX_BATCH = 500;

  /** Most bytes of the values of one written row: text in UTF-8, anything else counts eight. */
  int MAX_ROW_BYTES = 1 << 20;

  /** Longest page of a list. */
  int MAX_PAGE = 100;

  /** How many virtual shards there are, and so in which ids may be made. */
  @PostExchange("/shards")
  Shards shards();

  /** Rows by id, across shards. */
  @PostExchange("/reads")
  Found read(@RequestBody Read read);

  /** A page of rows, newest first, of one owner or across all shards. */
  @PostExchange("/lists")
  Page list(@RequestBody ListRows list);

  /** Several writes on one owner's shard, all or nothing. */
  @PostExchange("/transactions")
  Transaction.Committed commit(@RequestBody Transaction transaction);

  /**
   * Claims a unique name across all shards for a row that is about to be inserted. Repeating the
   * same claim succeeds. A claim by another row fails with {@code claimed}, unless that row is
   * still missing a minute after it claimed: then it cannot be inserted any more, which fails with
   * {@code claimed} as well.
   */
  @PostExchange("/claims")
  void claim(@RequestBody Claim claim);

  /** Gives a name up, if the given row holds it. */
  @PostExchange("/claims/releases")
  void release(@RequestBody Claim claim);

  /** Who holds a name. */
  @PostExchange("/claims/resolutions")
  Resolved resolve(@RequestBody Name name);

  /**
   * The shards of this installation.
   *
   * @param count how many virtual shards, numbered from 0
   */
  record Shards(int count) {}

  /**
   * A read by id.
   *
   * @param keys at most {@value #MAX_BATCH}
   * @param consistency how fresh
   * @param partial whether rows may be missing of shards that cannot be read; else, and if it is
   *     null, one such shard fails the whole read
   */
  record Read(List<RowKey> keys, Consistency consistency, @Nullable Boolean partial) {
    public Read {
      keys = List.copyOf(keys);
    }

    /** A read of all or nothing. */
    public Read(List<RowKey> keys, Consistency consistency) {
      this(keys, consistency, null);
    }
  }

  /**
   * The answer to a read.
   *
   * @param rows in the order of the keys; null for a row that does not exist, or is among the
   *     failed
   * @param failed keys of which nothing is known since their shards cannot be read; empty unless
   *     the read may be partial
   */
  record Found(List<@Nullable Row> rows, List<RowKey> failed) {
    public Found {
      rows = Collections.unmodifiableList(new ArrayList<>(rows));
      failed = failed == null ? List.of() : List.copyOf(failed);
    }

    /** A complete answer. */
    public Found(List<@Nullable Row> rows) {
      this(rows, List.of());
    }
  }

  /**
   * A list, ordered by id, newest first.
   *
   * @param table the table
   * @param owner whose rows; null for all users', merged over all shards
   * @param where equality on columns (by column name); an index of the table should begin with them
   * @param limit 1 to {@value #MAX_PAGE}
   * @param before only rows with a smaller id; null for the first page
   * @param consistency how fresh
   * @param partial whether shards may be missing that cannot be read; else, and if it is null, one
   *     such shard fails the whole list
   */
  record ListRows(
      String table,
      @Nullable Long owner,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before,
      Consistency consistency,
      @Nullable Boolean partial) {
    public ListRows {
      where = Collections.unmodifiableMap(new LinkedHashMap<>(where));
    }

    /** A list of all or nothing. */
    public ListRows(
        String table,
        @Nullable Long owner,
        Map<String, @Nullable Object> where,
        int limit,
        @Nullable Long before,
        Consistency consistency) {
      this(table, owner, where, limit, before, consistency, null);
    }
  }

  /**
   * A page of rows.
   *
   * @param rows newest first
   * @param next the {@code before} of the next page; null if this is the last
   * @param missing the virtual shards whose rows are not among them since they cannot be read;
   *     empty unless the list may be partial
   */
  record Page(List<Row> rows, @Nullable Long next, List<Integer> missing) {
    public Page {
      rows = List.copyOf(rows);
      missing = missing == null ? List.of() : List.copyOf(missing);
    }

    /** A complete page. */
    public Page(List<Row> rows, @Nullable Long next) {
      this(rows, next, List.of());
    }
  }

  /**
   * A unique name.
   *
   * @param kind what it is unique among, for example {@code email}
   * @param value the name, already in its canonical form (case folded), at most 255 characters
   */
  record Name(String kind, String value) {}

  /**
   * A claim to a unique name.
   *
   * @param kind see {@link Name}
   * @param value see {@link Name}
   * @param table table of the row that shall hold it
   * @param id the row
   */
  record Claim(String kind, String value, String table, long id) {}

  /**
   * Who holds a name.
   *
   * @param id the row, or null if nobody does (a claim whose row was never inserted counts as
   *     nobody)
   */
  record Resolved(@Nullable Long id) {}
}
