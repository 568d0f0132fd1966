package org.tanada.deploy.command;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.container.ContainerInstallation;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.traffic.TrafficProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops everything in order: the front door first, the databases last. */
@Command(name = "down", description = "Stops all nodes in order; data stays.")
public final class DownCommand extends Operation {
  @Option(names = "--purge", description = "Deletes all data, secrets and configuration, too.")
  private boolean purge;

  @Option(names = "--yes", description = "Answers yes to the question.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    if (purge
        && !yes
        && !terminal.ask("Delete everything under " + home.directory() + " for good?")) {
      throw new OperatorException("nothing was deleted: answer yes, or give --yes");
    }
    new TrafficProcess(home).stop();
    boolean ran = stop();
    if (purge) {
      if (java.nio.file.Files.exists(home.directory())) {
        StateFiles.deleteTree(home.directory());
      }
      say("Everything under " + home.directory() + " is deleted.");
    } else {
      say(ran ? "Tanada is down; ./tanada up starts it again with its data." : "Tanada is down.");
    }
    answer(Map.of("state", purge ? "purged" : "down"));
    return DONE;
  }

  /** Stops all nodes; false if none ran. */
  private boolean stop() throws IOException {
    Optional<ContainerLauncher> containers = ContainerInstallation.find(home);
    if (containers.isPresent()) {
      return containers.get().down(purge, terminal::live);
    }
    if (!java.nio.file.Files.exists(home.desired())) {
      return false;
    }
    return new NativeStop(control, terminal).run();
  }
}
