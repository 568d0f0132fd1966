package org.tanada.app.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says in a few words which program a {@code User-Agent} names. */
public final class Device {
  private static final Map<String, String> PROGRAMS = new LinkedHashMap<>();
  private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

  static {
    // the order matters: most browsers also carry the names of those before them
    PROGRAMS.put("Edg/", "Edge");
    PROGRAMS.put("OPR/", "Opera");
    PROGRAMS.put("Firefox/", "Firefox");
    PROGRAMS.put("Chrome/", "Chrome");
    PROGRAMS.put("Safari/", "Safari");
    PROGRAMS.put("curl/", "curl");
    SYSTEMS.put("Android", "Android");
    SYSTEMS.put("iPhone", "iPhone");
    SYSTEMS.put("iPad", "iPad");
    SYSTEMS.put("Windows", "Windows");
    SYSTEMS.put("Mac OS X", "macOS");
    SYSTEMS.put("Linux", "Linux");
  }

  private Device() {}

  /** For example {@code Firefox on Linux}. */
  public static String of(@Nullable String userAgent) {
    if (userAgent == null || userAgent.isBlank()) {
      return "Unknown program";
    }
    String program = first(PROGRAMS, userAgent);
    String system = first(SYSTEMS, userAgent);
    if (program == null && system == null) {
      int end = userAgent.indexOf('/');
      String name = end > 0 ? userAgent.substring(0, end) : userAgent;
      return name.length() <= 40 ? name : name.substring(0, 40);
    }
    if (system == null) {
      return String.valueOf(program);
    }
    return (program == null ? "A program" : program) + " on " + system;
  }

  private static @Nullable String first(Map<String, String> names, String userAgent) {
    for (Map.Entry<String, String> name : names.entrySet()) {
      if (userAgent.contains(name.getKey())) {
        return name.getValue();
      }
    }
    return null;
  }
}
