package org.tanada.deploy.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** The node that ships logs: part of an installation from its first backup on. */
final class BackupNode {
  private static final Tier TIER = new Tier("backup", 1, List.of());
  private static final int SECONDS = 60;

  private final Home home;
  private final Control control;

  BackupNode(Home home, Control control) {
    this.home = home;
    this.control = control;
  }

  /** Makes sure that it runs and is ready. */
  void ensure(Launcher launcher) throws IOException {
    if (!control.supervised()) {
      throw new OperatorException("nothing runs here: run ./tanada up");
    }
    Topology topology = TopologyFile.read(home.topology());
    if (topology.tier(TIER.name()).isEmpty()) {
      List<Tier> tiers = new ArrayList<>(topology.tiers());
      tiers.add(TIER);
      topology = topology.withTiers(tiers);
      StateFiles.write(home.topology(), TopologyFile.write(topology));
    }
    PlannedNode node = PlannedNode.of(TIER, 1, topology.ports());
    control.change(desired -> {
      List<Wanted> nodes = new ArrayList<>(desired.nodes());
      if (desired.find(node.name()).isEmpty()) {
        nodes.add(new Wanted(node, Run.RUNNING, 0, 0));
      }
      return new Desired(nodes).change(node.name(), wanted -> wanted.with(Run.RUNNING));
    });
    boolean ready =
        Control.await(
            SECONDS,
            () -> {
              try {
                return launcher.states().stream()
                    .anyMatch(
                        state -> state.name().equals(node.name()) && state.state().equals("up"));
              } catch (IOException e) {
                return false;
              }
            });
    if (!ready) {
      throw new OperatorException(
          node.name()
              + " does not come up: ./tanada status says why, ./tanada logs "
              + node.name());
    }
  }
}
