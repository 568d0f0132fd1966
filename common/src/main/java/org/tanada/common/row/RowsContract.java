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
 * idempotency-key-reused}, {@code malformed-request} (unknown table or column), {@code unavailable}
 * (which shard is out of reach).
 */
@HttpExchange("/v1")
public interface RowsContract {
  /** Most rows in one read. */
  int MAX_BATCH = 500;

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
   */
  record Read(List<RowKey> keys, Consistency consistency) {
    public Read {
      keys = List.copyOf(keys);
    }
  }

  /**
   * The answer to a read.
   *
   * @param rows in the order of the keys; null for a row that does not exist
   */
  record Found(List<@Nullable Row> rows) {
    public Found {
      rows = Collections.unmodifiableList(new ArrayList<>(rows));
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
   */
  record ListRows(
      String table,
      @Nullable Long owner,
      Map<String, @Nullable Object> where,
      int limit,
      @Nullable Long before,
      Consistency consistency) {
    public ListRows {
      where = Collections.unmodifiableMap(new LinkedHashMap<>(where));
    }
  }

  /**
   * A page of rows.
   *
   * @param rows newest first
   * @param next the {@code before} of the next page; null if this is the last
   */
  record Page(List<Row> rows, @Nullable Long next) {
    public Page {
      rows = List.copyOf(rows);
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
