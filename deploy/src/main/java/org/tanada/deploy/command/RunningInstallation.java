package org.tanada.deploy.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.tanada.deploy.drill.DataTier;
import org.tanada.deploy.drill.Installation;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.Launcher.NodeState;
import org.tanada.deploy.process.Control;

/** The installation that this command line looks after, as a drill handles it. */
final class RunningInstallation implements Installation {
  private static final long POLL_MILLIS = 1000;

  private final Launcher launcher;
  private final RunningDataTier data;

  RunningInstallation(Launcher launcher) {
    this.launcher = launcher;
    this.data = new RunningDataTier(launcher);
  }

  /** What a launcher does, for callers that cannot do anything about a broken disk. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T unchecked(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI frontDoor() {
    return unchecked(launcher::frontDoor);
  }

  @Override
  public List<String> nodes(String tier) {
    return unchecked(launcher::states).stream()
        .filter(node -> node.tier().equals(tier) && !node.state().equals("stopped"))
        .map(NodeState::name)
        .toList();
  }

  @Override
  public void kill(String node) {
    unchecked(() -> launcher.kill(node));
  }

  @Override
  public void hang(String node) {
    unchecked(() -> {
      launcher.hang(node);
      return node;
    });
  }

  @Override
  public void resume(String node) {
    unchecked(() -> {
      launcher.resume(node);
      return node;
    });
  }

  @Override
  public DataTier data() {
    return data;
  }

  @Override
  public void awaitReady(Duration limit) {
    if (!Control.await((int) limit.toSeconds(), POLL_MILLIS, () -> pending().isEmpty())) {
      throw new IllegalStateException(
          String.join(" ", pending()) + " not up within " + limit.toSeconds() + " s");
    }
  }

  private List<String> pending() {
    return unchecked(launcher::states).stream()
        .filter(node -> !node.settled())
        .map(NodeState::name)
        .toList();
  }

  @Override
  public void scale(String tier, int count) {
    unchecked(() -> {
      launcher.await(launcher.beginScale(Map.of(tier, count)));
      return tier;
    });
  }
}
