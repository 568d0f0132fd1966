package org.tanada.router.server;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.RowJson;
import org.tanada.router.cache.ServedRow;
import org.tanada.router.query.RowLister;
import org.tanada.router.query.RowReader;
import org.tanada.router.transaction.Transactions;

/** The contract's answers as JSON, into which rows are put as the bytes that they are. */
final class Answers {
  private static final byte[] NULL = ascii("null");
  private static final byte[] ROWS = ascii("{\"rows\":[");
  private static final byte[] NONE_FAILED = ascii("],\"failed\":[]}");

  private Answers() {}

  static byte[] found(RowReader.Found found) {
    return around(
        found.rows(),
        found.failed().isEmpty()
            ? NONE_FAILED
            : joined("],\"failed\":", RowJson.bytes(found.failed())));
  }

  static byte[] page(RowLister.Page page) {
    return around(
        page.rows(),
        joined("],\"next\":" + page.next() + ",\"missing\":", RowJson.bytes(page.missing())));
  }

  static byte[] committed(Transactions.Committed committed) {
    return around(
        committed.rows(),
        joined(
            "],\"repeated\":" + committed.repeated() + ",\"token\":",
            RowJson.bytes(committed.token())));
  }

  private static byte[] around(List<? extends @Nullable ServedRow> rows, byte[] end) {
    int length = ROWS.length + end.length + Math.max(0, rows.size() - 1);
    for (ServedRow row : rows) {
      length += row == null ? NULL.length : row.json().length;
    }
    byte[] json = new byte[length];
    int at = put(ROWS, json, 0);
    boolean first = true;
    for (ServedRow row : rows) {
      if (!first) {
        json[at++] = ',';
      }
      first = false;
      at = put(row == null ? NULL : row.json(), json, at);
    }
    put(end, json, at);
    return json;
  }

  private static int put(byte[] from, byte[] to, int at) {
    System.arraycopy(from, 0, to, at, from.length);
    return at + from.length;
  }

  /** What ends an object: a last member's name and value. */
  private static byte[] joined(String before, byte[] value) {
    byte[] start = ascii(before);
    byte[] end = new byte[start.length + value.length + 1];
    put(value, end, put(start, end, 0));
    end[end.length - 1] = '}';
    return end;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
