package org.tanada.deploy.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.drill.Installation;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.process.NodeControl;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.TopologyFile;

/** The installation that this command line looks after, as a drill handles it. */
final class RunningInstallation implements Installation {
  private final Home home;
  private final Control control;
  private final NodeControl nodes;

  RunningInstallation(Home home, Control control) {
    this.home = home;
    this.control = control;
    this.nodes = new NodeControl(home);
  }

  @Override
  public URI frontDoor() {
    try {
      return URI.create("http://localhost:" + TopologyFile.read(home.topology()).ports().http());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public List<String> nodes(String tier) {
    try {
      return control.desired().nodes().stream()
          .filter(wanted -> wanted.run() == Run.RUNNING && wanted.node().tier().equals(tier))
          .map(wanted -> wanted.node().name())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void kill(String node) {
    try {
      nodes.kill(node);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void awaitReady(Duration limit) {
    try {
      new Readiness(control, null).await(limit);
    } catch (OperatorException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void scale(String tier, int count) {
    try {
      nodes.scale(Map.of(tier, count));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
