package org.tanada.deploy.command;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends a node at once (SIGKILL); it is started again. */
@Command(name = "kill", description = "Ends a node at once (SIGKILL); it is started again.")
public final class KillCommand extends Operation {
  @Parameters(paramLabel = "NODE", description = "For example app-2 or mysql-1-b.")
  private String node = "";

  @Override
  public Integer call() throws Exception {
    long pid = launcher().kill(node);
    say(
        node
            + " (process "
            + pid
            + ") is killed; it starts again by itself: ./tanada status --watch");
    answer(Map.of("node", node, "state", "killed", "pid", pid));
    return DONE;
  }
}
