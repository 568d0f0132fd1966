package org.tanada.deploy.command;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tanada.common.edge.PurgeContract;
import org.tanada.deploy.drill.DataTier;
import org.tanada.deploy.drill.Installation;
import org.tanada.deploy.drill.Recovery;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.Launcher.NodeState;
import org.tanada.deploy.network.Network;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.json.JsonMapper;

/** The installation that this command line looks after, as a drill handles it. */
final class RunningInstallation implements Installation, AutoCloseable {
  private static final long POLL_MILLIS = 1000;
  private static final String PURGES = "/internal/purges";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Launcher launcher;
  private final Recovery recovery;
  private final RunningDataTier data;
  private final Set<String> hung = new TreeSet<>();
  private @Nullable Network network;
  private boolean delayed;
  private boolean closed;

  RunningInstallation(Launcher launcher, Recovery recovery) {
    this.launcher = launcher;
    this.recovery = recovery;
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
    forget(List.of(node));
  }

  @Override
  public synchronized void hang(String node) {
    refuseWhenClosed();
    hung.add(node);
    unchecked(() -> {
      launcher.hang(node);
      return node;
    });
  }

  @Override
  public synchronized void resume(String node) {
    unchecked(() -> {
      launcher.resume(node);
      return node;
    });
    hung.remove(node);
  }

  @Override
  public synchronized void readyToCut() {
    refuseWhenClosed();
    unchecked(this::network);
  }

  @Override
  public synchronized String cut(String node, Network.Side side, Network.Manner manner) {
    refuseWhenClosed();
    return unchecked(() -> network().cut(node, side, manner));
  }

  @Override
  public synchronized void heal(String node) {
    unchecked(() -> {
      network().heal(node);
      return node;
    });
  }

  private Network network() throws IOException {
    Network known = network;
    if (known == null) {
      known = launcher.network();
      network = known;
    }
    return known;
  }

  @Override
  public synchronized void delayReplicas(Duration delay) {
    refuseWhenClosed();
    delayed = true;
    unchecked(() -> {
      launcher.delayReplicas(delay);
      return delay;
    });
    delayed = delay.isPositive();
  }

  @Override
  public Optional<Path> data(String node) {
    return launcher.data(node);
  }

  @Override
  public void forgetAtEdges(List<String> paths) {
    String body = JSON.writeValueAsString(new PurgeContract.Purge(paths));
    for (Launcher.Reply reply : unchecked(() -> launcher.askAll("edge", PURGES, body))) {
      if (reply.status() != 200) {
        throw new IllegalStateException("an edge answered " + reply.status() + " to a purge");
      }
    }
  }

  private void refuseWhenClosed() {
    if (closed) {
      throw new IllegalStateException("the drill is being ended");
    }
  }

  /** Takes everything back that is still bent; whatever of that fails, the rest is done. */
  @Override
  public synchronized void close() {
    closed = true;
    List<Closeable> all = new ArrayList<>();
    hung.forEach(node -> all.add(() -> launcher.resume(node)));
    hung.clear();
    Network cut = network;
    if (cut != null) {
      all.add(cut::close);
    }
    network = null;
    if (delayed) {
      all.add(() -> launcher.delayReplicas(Duration.ZERO));
    }
    delayed = false;
    RuntimeException failure = null;
    for (Closeable one : all) {
      try {
        one.close();
      } catch (IOException | RuntimeException e) {
        if (failure == null) {
          failure = new OperatorException("not all is whole again: " + e.getMessage(), e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public DataTier data() {
    return data;
  }

  @Override
  public Recovery recovery() {
    return recovery;
  }

  @Override
  public void awaitReady(Duration limit) {
    if (!Control.await((int) limit.toSeconds(), POLL_MILLIS, () -> pending().isEmpty())) {
      throw new IllegalStateException(
          String.join(" ", pending()) + " not up within " + limit.toSeconds() + " s");
    }
    forget(hung()); // one that answers does not hang any more, whoever ended that
  }

  private synchronized List<String> hung() {
    return List.copyOf(hung);
  }

  private synchronized void forget(List<String> nodes) {
    hung.removeAll(nodes);
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
