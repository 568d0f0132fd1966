package org.tanada.router.cache;

import org.tanada.common.row.Row;
import org.tanada.common.row.RowJson;

/**
 * A row as the bytes that are served: made once, where a database's answer is read, then kept by
 * memcached and put into answers as they are.
 */
public final class ServedRow {
  private final long id;
  private final long owner;
  private final long version;
  private final int columns;
  private final byte[] json;

  /**
   * A row.
   *
   * @param columns how many values it has, which tells one from before a migration
   * @param json the {@link Row} as JSON; not to be changed any more
   */
  public ServedRow(long id, long owner, long version, int columns, byte[] json) {
    this.id = id;
    this.owner = owner;
    this.version = version;
    this.columns = columns;
    this.json = json;
  }

  /** The row as bytes. */
  public static ServedRow of(Row row) {
    return new ServedRow(
        row.id(), row.owner(), row.version(), row.values().size(), RowJson.bytes(row));
  }

  /** The row that the bytes tell of. */
  public Row row() {
    return RowJson.read(json, Row.class);
  }

  /** Its id. */
  public long id() {
    return id;
  }

  /** Its owner's id. */
  public long owner() {
    return owner;
  }

  /** Its version. */
  public long version() {
    return version;
  }

  /** How many values it has. */
  public int columns() {
    return columns;
  }

  /** The bytes themselves, not to be changed. */
  public byte[] json() {
    return json;
  }

  @Override
  public String toString() {
    return "row " + id + " at version " + version;
  }
}
