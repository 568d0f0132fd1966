package org.tanada.deploy.drill;

import java.util.Collection;
import java.util.List;

/** What shows that a promise was broken. */
final class Evidence {
  private static final int SHOWN = 5;

  private Evidence() {}

  /** Adds their number, what they are, and the first of them, if there are any. */
  static void add(List<String> broken, Collection<String> evidence, String what) {
    if (!evidence.isEmpty()) {
      broken.add(
          evidence.size()
              + " "
              + what
              + ": "
              + String.join(" | ", evidence.stream().limit(SHOWN).toList()));
    }
  }
}
