package org.tanada.deploy.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.topology.PlannedNode;

/**
 * Written while a drill bends a native installation. It counts only as long as the drill's process
 * lives: if that dies, however it does, the supervisor takes everything back within a moment.
 *
 * @param process the drill
 * @param callers ports of proxies by the node in whose place services are told of them
 * @param followers the same for the databases that replicate from that node
 * @param delaySeconds how far replicas are to lag on purpose
 */
public record DrillMark(
    ProcessId process,
    Map<String, Integer> callers,
    Map<String, Integer> followers,
    int delaySeconds) {
  private static final DrillMark NONE = new DrillMark(ProcessId.NONE, Map.of(), Map.of(), 0);

  public DrillMark {
    callers = Map.copyOf(callers);
    followers = Map.copyOf(followers);
  }

  private static Path file(Home home) {
    return home.directory().resolve("drill.json");
  }

  /** The mark of the drill that runs now, or one that bends nothing. */
  public static DrillMark of(Home home) throws IOException {
    if (!Files.exists(file(home))) {
      return NONE;
    }
    Optional<DrillMark> mark = StateFiles.readJson(file(home), DrillMark.class);
    return mark.filter(m -> m.process.alive()).orElse(NONE);
  }

  /**
   * Writes it for this process.
   *
   * @throws OperatorException if another drill bends this installation
   */
  public static void set(
      Home home, Map<String, Integer> callers, Map<String, Integer> followers, int delaySeconds)
      throws IOException {
    ProcessId self = ProcessId.of(ProcessHandle.current().pid());
    ProcessId other = of(home).process;
    if (other.alive() && !other.equals(self)) {
      throw new OperatorException(
          "another drill is under way, process " + other.pid() + ": wait for its end");
    }
    StateFiles.writeJson(file(home), new DrillMark(self, callers, followers, delaySeconds));
  }

  /** The drill is over. */
  public static void clear(Home home) throws IOException {
    Files.deleteIfExists(file(home));
  }

  /** A node as services are told of it. */
  public PlannedNode forCallers(PlannedNode node) {
    return node.at(callers.getOrDefault(node.name(), node.port()));
  }

  /** A database as others replicate from it. */
  public PlannedNode forFollowers(PlannedNode node) {
    return node.at(followers.getOrDefault(node.name(), node.port()));
  }
}
