package org.tanada.cdn.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.cdn.cache.HttpDate;
import org.tanada.cdn.cache.StoredResponse;

/** A client's conditions against what is in the cache (RFC 9110, 13). */
final class Conditions {
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"");

  private Conditions() {}

  /** Whether the client has it already: 304. */
  static boolean notModified(HttpHeaders request, StoredResponse.Head head) {
    List<String> tags = request.getAll(HttpHeaderNames.IF_NONE_MATCH);
    if (!tags.isEmpty()) {
      String etag = head.etag();
      for (String line : tags) {
        if (line.trim().equals("*") || (etag != null && contains(line, etag))) {
          return true;
        }
      }
      return false; // If-Modified-Since does not count beside it (13.1.3)
    }
    Instant since = HttpDate.parse(request.get(HttpHeaderNames.IF_MODIFIED_SINCE));
    Instant modified = head.lastModified();
    return since != null && modified != null && !modified.isAfter(since);
  }

  /** Whether a range may be answered: without If-Range, or when that holds (13.1.5). */
  static boolean rangeHolds(HttpHeaders request, StoredResponse.Head head) {
    String condition = request.get(HttpHeaderNames.IF_RANGE);
    if (condition == null) {
      return true;
    }
    String value = condition.trim();
    if (value.startsWith("W/")) {
      return false;
    }
    if (value.startsWith("\"")) {
      return value.equals(head.etag());
    }
    Instant since = HttpDate.parse(value);
    return since != null && since.equals(head.lastModified());
  }

  private static boolean contains(String line, String etag) {
    Matcher matcher = TAG.matcher(line);
    String opaque = opaque(etag);
    while (matcher.find()) {
      if (opaque(matcher.group()).equals(opaque)) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String etag) {
    return etag.startsWith("W/") ? etag.substring(2) : etag;
  }
}
