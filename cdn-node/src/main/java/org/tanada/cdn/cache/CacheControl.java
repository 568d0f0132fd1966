package org.tanada.cdn.cache;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The directives of a Cache-Control field (RFC 9111, 5.2) or of a targeted one (RFC 9213). Names
 * are in lower case; of a repeated directive the first counts.
 */
public final class CacheControl {
  /** No directives at all. */
  public static final CacheControl NONE = new CacheControl(Map.of());

  // RFC 9111, 1.2.2: a greater number of seconds is taken as this one
  private static final long MAX_SECONDS = Integer.MAX_VALUE;

  private final Map<String, String> directives;

  private CacheControl(Map<String, String> directives) {
    this.directives = directives;
  }

  /** Reads all lines of the field. */
  public static CacheControl parse(List<String> lines) {
    if (lines.isEmpty()) {
      return NONE;
    }
    Map<String, String> found = new LinkedHashMap<>();
    for (String line : lines) {
      parse(line, found);
    }
    return new CacheControl(found);
  }

  private static void parse(String line, Map<String, String> found) {
    int at = 0;
    while (at < line.length()) {
      int end = at;
      boolean quoted = false;
      while (end < line.length() && (quoted || line.charAt(end) != ',')) {
        char c = line.charAt(end);
        if (c == '\\' && quoted) {
          end++;
        } else if (c == '"') {
          quoted = !quoted;
        }
        end++;
      }
      String directive = line.substring(at, Math.min(end, line.length())).trim();
      int equals = directive.indexOf('=');
      String name = equals < 0 ? directive : directive.substring(0, equals).trim();
      String value = equals < 0 ? "" : directive.substring(equals + 1).trim();
      if (value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")) {
        value = value.substring(1, value.length() - 1);
      }
      if (!name.isEmpty()) {
        found.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
      }
      at = end + 1;
    }
  }

  /** Whether there is no directive. */
  public boolean isEmpty() {
    return directives.isEmpty();
  }

  /** Whether the directive is there, with or without a value. */
  public boolean has(String name) {
    return directives.containsKey(name);
  }

  /**
   * A directive's seconds, or null if it is absent. What is not a number counts as 0: a response
   * with invalid freshness is stale (RFC 9111, 4.2.1).
   */
  public @Nullable Long seconds(String name) {
    String value = directives.get(name);
    if (value == null) {
      return null;
    }
    if (value.isEmpty() || !value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      return 0L;
    }
    return value.length() > 10 ? MAX_SECONDS : Math.min(Long.parseLong(value), MAX_SECONDS);
  }
}
