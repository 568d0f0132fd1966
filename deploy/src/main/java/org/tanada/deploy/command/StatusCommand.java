package org.tanada.deploy.command;

import picocli.CommandLine.Command;

/** Shows every node. */
@Command(name = "status", description = "Shows every node.")
public final class StatusCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    control
        .observed()
        .nodes()
        .forEach(seen ->
            say(
                "%-20s %-9s %7d %s"
                    .formatted(
                        seen.name(), seen.state().word(), seen.process().pid(), seen.problem())));
    answer(control.observed());
    return DONE;
  }
}
