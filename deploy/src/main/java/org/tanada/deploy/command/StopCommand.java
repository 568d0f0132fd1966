package org.tanada.deploy.command;

import java.util.Map;
import org.tanada.deploy.launcher.Launcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Stops a node in order; it stays stopped. */
@Command(name = "stop", description = "Stops a node in order; it stays stopped.")
public final class StopCommand extends Operation {
  @Parameters(paramLabel = "NODE", description = "For example app-2 or mysql-1-b.")
  private String node = "";

  @Override
  public Integer call() throws Exception {
    Launcher launcher = launcher();
    terminal.live(node + " finishes what it has");
    launcher.stop(node);
    say(node + " is stopped; ./tanada start " + node + " starts it again.");
    answer(Map.of("node", node, "state", "stopped"));
    return DONE;
  }
}
