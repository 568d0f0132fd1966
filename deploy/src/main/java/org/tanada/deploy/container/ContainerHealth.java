package org.tanada.deploy.container;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.container.Containers.Container;

/** How a container is, in the words of {@code status}. */
final class ContainerHealth {
  /** It does its work. */
  static final String UP = "up";

  private static final Duration CHECK = Duration.ofSeconds(5);

  private final Docker docker;

  ContainerHealth(Docker docker) {
    this.docker = docker;
  }

  /**
   * A state, and what is wrong.
   *
   * @param word as {@code status} shows it
   * @param problem empty when there is none
   */
  record State(String word, String problem) {}

  /** How a container is; one that starts is asked by its own health check, without waiting. */
  State of(Optional<Container> found, boolean down) throws IOException {
    if (found.isEmpty()) {
      return down
          ? new State("stopped", "")
          : new State("down", "it has no container: ./tanada up makes it again");
    }
    Container container = found.get();
    return switch (container.state()) {
      case "running" ->
          switch (container.health()) {
            case "healthy", "" -> new State(UP, "");
            case "starting" -> passes(container) ? new State(UP, "") : new State("starting", "");
            default ->
                passes(container) ? new State(UP, "") : new State("down", checked(container));
          };
      case "paused" -> new State("down", "it is paused: docker unpause " + container.name());
      case "restarting" -> new State("failed", ended(container));
      case "exited" ->
          container.outOfMemory()
              ? new State("failed", ended(container))
              : new State("stopped", "");
      default -> new State("down", "the engine says " + container.state());
    };
  }

  private static String checked(Container container) {
    return container.checked().lines().findFirst().orElse("its health check fails");
  }

  private static String ended(Container container) {
    return container.outOfMemory()
        ? "it needed more memory than its limit: raise mem_limit of " + container.service()
        : "it ends again and again, exit code " + container.exitCode();
  }

  private boolean passes(Container container) throws IOException {
    if (container.check().size() < 2 || !container.check().getFirst().equals("CMD")) {
      return false;
    }
    List<String> command = new ArrayList<>(List.of("exec", container.id()));
    command.addAll(container.check().subList(1, container.check().size()));
    return docker.run(CHECK, command).code() == 0;
  }
}
