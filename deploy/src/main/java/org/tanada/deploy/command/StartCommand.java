package org.tanada.deploy.command;

import java.util.Map;
import org.tanada.deploy.launcher.Launcher;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Starts a stopped node and waits until it is ready. */
@Command(name = "start", description = "Starts a stopped node and waits until it is ready.")
public final class StartCommand extends Operation {
  @Parameters(paramLabel = "NODE", description = "For example app-2 or mysql-1-b.")
  private String node = "";

  @Override
  public Integer call() throws Exception {
    Launcher launcher = launcher();
    terminal.live(node + " starts");
    launcher.start(node);
    say(node + " is up.");
    answer(Map.of("node", node, "state", "up"));
    return DONE;
  }
}
