package org.tanada.common.timing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tiers that one request passed, as {@code Server-Timing} tells them (W3C Server Timing): one
 * entry a tier, {@code name;dur=milliseconds;desc="node and what it did"}. Several calls to one
 * tier are added up. Bound to the thread that serves the request.
 */
public final class ServerTiming {
  /** The header's name. */
  public static final String HEADER = "Server-Timing";

  private static final ThreadLocal<@Nullable ServerTiming> CURRENT = new ThreadLocal<>();
  private static final List<String> ORDER = List.of("edge", "lb", "app", "auth", "db", "storage");
  private static final int MAX_DESCRIPTION = 120;
  private static final Pattern UNQUOTABLE = Pattern.compile("[^ -~]|[\"\\\\]");

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();

  /** Starts collecting on this thread. */
  public static ServerTiming begin() {
    ServerTiming timing = new ServerTiming();
    CURRENT.set(timing);
    return timing;
  }

  /** Stops collecting on this thread. */
  public static void end() {
    CURRENT.remove();
  }

  /** What this thread collects for, if it serves a request. */
  public static @Nullable ServerTiming current() {
    return CURRENT.get();
  }

  /**
   * Adds a remark to this server's own entry, for example {@code "shard 12 mysql-1-b"}; nothing
   * outside a request.
   */
  public static void note(String remark) {
    ServerTiming timing = CURRENT.get();
    if (timing != null) {
      synchronized (timing) {
        if (timing.notes.size() < 8 && !timing.notes.contains(remark)) {
          timing.notes.add(remark);
        }
      }
    }
  }

  /** Adds the entries of an answer from another tier. Malformed entries are left out. */
  public synchronized void addAnswer(String header) {
    for (Entry entry : parse(header)) {
      entries.merge(entry.name, entry, Entry::plus);
    }
  }

  /** The header's value, this server's own entry included, in the order of the tiers. */
  public synchronized String header(String ownName, String node, double ownMillis) {
    String description = notes.isEmpty() ? node : node + " " + String.join(", ", notes);
    if (entries.isEmpty()) { // the last tier of a way has no other's
      return format(ownName, ownMillis, description);
    }
    Map<String, Entry> all = new LinkedHashMap<>(entries);
    all.merge(ownName, new Entry(ownName, ownMillis, clean(description)), Entry::plus);
    List<Entry> sorted = new ArrayList<>(all.values());
    sorted.sort((a, b) -> Integer.compare(rank(a.name), rank(b.name)));
    StringBuilder text = new StringBuilder();
    for (Entry entry : sorted) {
      text.append(text.isEmpty() ? "" : ", ")
          .append(format(entry.name, entry.millis, entry.description));
    }
    return text.toString();
  }

  /** One entry in the header's form. */
  public static String format(String name, double millis, String description) {
    // on every answer of every tier: without String.format, which parses its pattern each time
    StringBuilder text = new StringBuilder(name.length() + description.length() + 24);
    long hundredths = Math.round(millis * 100);
    text.append(name).append(";dur=").append(hundredths / 100).append('.');
    if (hundredths % 100 < 10) {
      text.append('0');
    }
    return text.append(hundredths % 100)
        .append(";desc=\"")
        .append(clean(description))
        .append('"')
        .toString();
  }

  /** The entries of a header's value; malformed ones are left out. */
  public static List<Entry> parse(String header) {
    List<Entry> found = new ArrayList<>();
    for (String part : unquoted(header, ',')) {
      List<String> fields = unquoted(part, ';');
      double millis = 0;
      String description = "";
      for (String field : fields.subList(1, fields.size())) {
        if (field.startsWith("dur=")) {
          try {
            millis = Double.parseDouble(field.substring(4));
          } catch (NumberFormatException e) {
            millis = 0; // the draft lets a recipient ignore what it cannot read
          }
        } else if (field.startsWith("desc=")) {
          description = field.substring(5).replace("\"", "");
        }
      }
      if (!fields.getFirst().isEmpty()) {
        found.add(new Entry(fields.getFirst(), millis, description));
      }
    }
    return found;
  }

  /** The parts between separators that do not stand in quotes, without the space around them. */
  private static List<String> unquoted(String text, char separator) {
    List<String> parts = new ArrayList<>();
    boolean quoted = false;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == separator && !quoted) {
        parts.add(text.substring(from, i).strip());
        from = i + 1;
      }
    }
    parts.add(text.substring(from).strip());
    return parts;
  }

  private static int rank(String name) {
    int index = ORDER.indexOf(name);
    return index < 0 ? ORDER.size() : index;
  }

  private static String clean(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (!quotable(text.charAt(i))) {
        return UNQUOTABLE.matcher(text).replaceAll("");
      }
    }
    return text;
  }

  private static boolean quotable(char c) {
    return c >= ' ' && c <= '~' && c != '"' && c != '\\';
  }

  /**
   * One tier's part.
   *
   * @param name of the tier: {@code edge lb app auth db storage}
   * @param millis time spent, its callees included
   * @param description node and what it did
   */
  public record Entry(String name, double millis, String description) {
    Entry plus(Entry other) {
      String both =
          description.contains(other.description)
              ? description
              : description + " + " + other.description;
      return new Entry(
          name,
          millis + other.millis,
          both.length() <= MAX_DESCRIPTION ? both : both.substring(0, MAX_DESCRIPTION));
    }
  }
}
