package org.tanada.deploy.command;

import org.tanada.deploy.process.Supervisor;
import picocli.CommandLine.Command;

/** The supervisor's process; {@code up} starts it. */
@Command(name = "supervise", hidden = true, description = "Keeps the nodes as they are wanted.")
public final class SuperviseCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    String build = System.getenv("TANADA_BUILD");
    boolean worked = Supervisor.ofNative(home, build == null ? "" : build).run();
    return worked ? DONE : FAILED;
  }
}
