package org.tanada.cdn.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The secondary key of a response: the request fields that its {@code Vary} names, with the values
 * that selected it (RFC 9111, 4.1).
 *
 * @param names field names in lower case
 * @param values the request's values, normalised
 */
public record Variant(List<String> names, List<String> values) {
  /** The key of a response without {@code Vary}. */
  public static final Variant SINGLE = new Variant(List.of(), List.of());

  /** The key of this response to this request. */
  static Variant of(HttpHeaders request, HttpHeaders response) {
    TreeSet<String> names = new TreeSet<>();
    for (String line : response.getAll(HttpHeaderNames.VARY)) {
      for (String name : line.split(",", -1)) {
        if (!name.isBlank()) {
          names.add(name.trim().toLowerCase(Locale.ROOT));
        }
      }
    }
    return names.isEmpty() ? SINGLE : of(request, List.copyOf(names));
  }

  /** What this request says in these fields. */
  static Variant of(HttpHeaders request, List<String> names) {
    List<String> values = new ArrayList<>(names.size());
    for (String name : names) {
      values.add(value(request, name));
    }
    return new Variant(names, List.copyOf(values));
  }

  /** Whether this request selects the response. */
  boolean matches(HttpHeaders request) {
    for (int i = 0; i < names.size(); i++) {
      if (!values.get(i).equals(value(request, names.get(i)))) {
        return false;
      }
    }
    return true;
  }

  private static String value(HttpHeaders request, String name) {
    List<String> lines = request.getAll(name);
    if (lines.isEmpty()) {
      return "";
    }
    String joined = String.join(",", lines);
    return name.equals("accept-encoding") ? codings(joined) : joined.replaceAll("\\s*,\\s*", ",");
  }

  /**
   * Clients spell Accept-Encoding in a hundred ways. Only which codings are acceptable matters:
   * whatever the origin chose among them suits everybody who accepts the same.
   */
  private static String codings(String value) {
    TreeSet<String> accepted = new TreeSet<>();
    for (String item : value.toLowerCase(Locale.ROOT).split(",", -1)) {
      String[] parts = item.trim().split("\\s*;\\s*", -1);
      boolean refused = parts.length > 1 && parts[1].matches("q=0(\\.0*)?");
      accepted.add(refused ? "-" + parts[0] : parts[0]);
    }
    accepted.remove("");
    return String.join(",", accepted);
  }
}
