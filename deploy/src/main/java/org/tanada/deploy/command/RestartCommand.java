package org.tanada.deploy.command;

import java.util.Map;
import org.tanada.deploy.launcher.Launcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stops a node in order and starts it again. */
@Command(name = "restart", description = "Stops a node in order and starts it again.")
public final class RestartCommand extends Operation {
  @Parameters(paramLabel = "NODE", description = "For example app-2 or mysql-1-b.")
  private String node = "";

  @Override
  public Integer call() throws Exception {
    Launcher launcher = launcher();
    terminal.live(node + " restarts");
    launcher.restart(node);
    say(node + " is up again.");
    answer(Map.of("node", node, "state", "up"));
    return DONE;
  }
}
