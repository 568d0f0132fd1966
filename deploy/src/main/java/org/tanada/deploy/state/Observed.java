package org.tanada.deploy.state;

import java.util.List;
import java.util.Optional;

/**
 * What the supervisor sees.
 *
 * @param supervisor the process that wrote it
 * @param build of the supervisor's own program, so that {@code up} replaces an older one
 * @param nodes the nodes it looks after
 */
public record Observed(ProcessId supervisor, String build, List<Seen> nodes) {
  /** Nothing was ever started. */
  public static final Observed NOTHING = new Observed(ProcessId.NONE, "", List.of());

  public Observed {
    nodes = List.copyOf(nodes);
  }

  /** How a node is. */
  public enum State {
    /** Its process is being prepared or runs, and is not ready yet. */
    STARTING,
    /** It runs and is ready. */
    UP,
    /** It runs and is not ready, or it died and will be started again. */
    DOWN,
    /** It is leaving: out of the inventory, finishing what it has. */
    STOPPING,
    /** It is not wanted to run. */
    STOPPED,
    /** It cannot be started; the problem says why. It is tried again, less and less often. */
    FAILED;

    /** As it is shown and written for machines. */
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /**
   * One node as it is.
   *
   * @param process its process; {@link ProcessId#NONE} when there is none
   * @param version what it runs
   * @param build identifies the program file, so that a newer one is noticed
   * @param since when its process was started, milliseconds since 1970
   * @param restarts how often it was started again after it died
   * @param generation of the wish that its process was started for
   * @param rebuild of the wish that its data was made for
   * @param problem one line, empty when there is none
   */
  public record Seen(
      String name,
      State state,
      ProcessId process,
      String version,
      String build,
      long since,
      int restarts,
      int generation,
      int rebuild,
      String problem) {}

  /** A node as it was seen. */
  public Optional<Seen> find(String name) {
    return nodes.stream().filter(seen -> seen.name().equals(name)).findFirst();
  }
}
