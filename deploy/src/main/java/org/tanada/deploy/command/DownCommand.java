package org.tanada.deploy.command;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.container.ContainerInstallation;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Observed;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.traffic.TrafficProcess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Stops everything in order: the front door first, the databases last. */
@Command(name = "down", description = "Stops all nodes in order; data stays.")
public final class DownCommand extends Operation {
  private static final int SECONDS = 90;

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
    boolean ran = !running().isEmpty() || control.supervised();
    control.change(
        desired -> desired.changeAll(w -> w.run() == Run.REMOVED ? w : w.with(Run.STOPPED)));
    if (!ran) {
      return false;
    }
    control.supervise();
    long began = System.nanoTime();
    boolean ended =
        Control.await(
            SECONDS,
            () -> {
              try {
                List<String> left = running();
                terminal.live(
                    "  %d to stop, %.0f s: %s"
                        .formatted(
                            left.size(),
                            (System.nanoTime() - began) / 1e9,
                            String.join(" ", left)));
                return left.isEmpty() && !control.supervised();
              } catch (IOException e) {
                return false;
              }
            });
    if (!ended) {
      throw new OperatorException(
          String.join(" ", running())
              + " did not stop within "
              + SECONDS
              + " s: run ./tanada down again");
    }
    return true;
  }

  private List<String> running() throws IOException {
    Observed observed = control.observed();
    return observed.nodes().stream()
        .filter(seen -> seen.process().alive())
        .map(Seen::name)
        .toList();
  }
}
