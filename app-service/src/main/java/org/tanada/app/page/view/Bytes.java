package org.tanada.app.page.view;

import java.util.Locale;

/** Says sizes of files as people do. */
public final class Bytes {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB"};

  private Bytes() {}

  /** For example {@code 12.4 MB}. */
  public static String say(long bytes) {
    if (bytes < 1000) {
      return bytes + " bytes";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 999.5 && unit < UNITS.length - 1) {
      size /= 1000;
      unit++;
    }
    return String.format(Locale.ENGLISH, size < 10 ? "%.1f %s" : "%.0f %s", size, UNITS[unit]);
  }
}
