package org.tanada.common.permission;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a table.
 *
 * @param method of HTTP; {@code GET} is good for HEAD as well, {@code *} for all
 * @param pattern of paths, as {@link org.springframework.web.util.pattern.PathPattern} has them
 * @param who any of them
 * @param thing what {@link Who#OWNER} has to own, for example {@code video}; null in other rules
 */
public record Rule(String method, String pattern, Set<Who> who, @Nullable String thing) {
  private static final String OWNER = "owner:";

  public Rule {
    if (who.isEmpty()) {
      throw new IllegalArgumentException(method + " " + pattern + " is for whom?");
    }
    who = Set.copyOf(EnumSet.copyOf(who));
  }

  /**
   * Reads a line: the method, the pattern, and whom it lets in, in columns.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Rule parse(String line) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length < 3 || !columns[1].startsWith("/")) {
      throw new IllegalArgumentException("not METHOD /PATH WHO…: " + line);
    }
    EnumSet<Who> who = EnumSet.noneOf(Who.class);
    String thing = null;
    for (int i = 2; i < columns.length; i++) {
      String column = columns[i];
      if (column.startsWith(OWNER)) {
        who.add(Who.OWNER);
        thing = column.substring(OWNER.length());
      } else {
        who.add(
            Who.find(column)
                .filter(known -> known != Who.OWNER)
                .orElseThrow(() ->
                    new IllegalArgumentException("nobody is called " + column + ": " + line)));
      }
    }
    return new Rule(columns[0], columns[1], who, thing);
  }

  /** The endpoint, for example {@code GET /videos/{id}}. */
  public String endpoint() {
    return method + " " + pattern;
  }

  /** Whether it lets them in. */
  public boolean admits(Who candidate) {
    return who.contains(candidate);
  }

  /** Whether it asks for roles and nothing else will do. */
  public boolean byRole() {
    return who.stream().allMatch(Who::role);
  }
}
