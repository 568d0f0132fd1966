package org.tanada.common.permission;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One line of a table.
 *
 * @param method of HTTP; {@code GET} is good for HEAD as well, {@code *} for all
 * @param pattern of paths, as {@link org.springframework.web.util.pattern.PathPattern} has them
 * @param who any of them
 * @param services which of our services may ask, by their credentials; what is for users is asked
 *     for by gateways alone
 * @param thing what {@link Who#OWNER} has to own, for example {@code video}; null in other rules
 */
public record Rule(
    String method,
    String pattern,
    Set<Who> who,
    Set<ServiceName> services,
    @Nullable String thing) {
  private static final String OWNER = "owner:";
  private static final String SIGNED_URL = "signed-url:";

  public Rule {
    if (who.isEmpty()) {
      throw new IllegalArgumentException(method + " " + pattern + " is for whom?");
    }
    who = Set.copyOf(EnumSet.copyOf(who));
    services = Set.copyOf(services);
  }

  /**
   * Reads a line: the method, the pattern, and whom it lets in, in columns. A service stands there
   * by its name.
   *
   * @throws IllegalArgumentException if it is none
   */
  static Rule parse(String line) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length < 3 || !columns[1].startsWith("/")) {
      throw new IllegalArgumentException("not METHOD /PATH WHO…: " + line);
    }
    EnumSet<Who> who = EnumSet.noneOf(Who.class);
    EnumSet<ServiceName> services = EnumSet.noneOf(ServiceName.class);
    String thing = null;
    for (int i = 2; i < columns.length; i++) {
      String column = columns[i];
      Optional<ServiceName> service = ServiceName.find(column);
      if (column.startsWith(OWNER)) {
        who.add(Who.OWNER);
        thing = column.substring(OWNER.length());
      } else if (column.startsWith(SIGNED_URL)) {
        who.add(Who.SIGNED_URL);
        services.add(
            ServiceName.find(column.substring(SIGNED_URL.length()))
                .orElseThrow(() -> unknown(column, line)));
      } else if (service.isPresent()) {
        who.add(Who.SERVICE);
        services.add(service.get());
      } else {
        who.add(
            Who.find(column)
                .filter(known -> !known.written())
                .orElseThrow(() -> unknown(column, line)));
      }
    }
    if (who.stream().anyMatch(Who::aboutUsers)) {
      services.add(ServiceName.LB);
    }
    return new Rule(columns[0], columns[1], who, services, thing);
  }

  private static IllegalArgumentException unknown(String column, String line) {
    return new IllegalArgumentException("nobody is called " + column + ": " + line);
  }

  /** The endpoint, for example {@code GET /videos/{id}}. */
  public String endpoint() {
    return method + " " + pattern;
  }

  /** Whether it lets them in. */
  public boolean admits(Who candidate) {
    return who.contains(candidate);
  }

  /**
   * Whether this caller may ask.
   *
   * @param caller by its credential; null if it has shown none
   */
  public boolean admits(@Nullable ServiceName caller) {
    return admits(Who.PROBE) || (caller != null && services.contains(caller));
  }

  /** Whether it asks for roles and nothing else will do. */
  public boolean byRole() {
    return who.stream().allMatch(Who::role);
  }
}
