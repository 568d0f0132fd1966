package org.tanada.deploy.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** The runners of a native installation. */
final class NativeRunners implements Runners {
  private final Map<Kind, NodeRunner> runners = new EnumMap<>(Kind.class);
  private volatile Supplier<Desired> desired = () -> Desired.NOTHING;

  NativeRunners(Home home, Consumer<String> journal) {
    for (Kind kind : Kind.values()) {
      runners.put(
          kind,
          switch (kind) {
            case MYSQL -> new DatabaseRunner(home, () -> desired.get(), journal);
            case MEMCACHED -> new MemcachedRunner(home);
            case BACKUP -> new BackupRunner(home);
            case NGINX -> new NginxRunner(home, () -> topology(home));
            case EDGE, LB, APP, AUTH, ROUTER, STORAGE ->
                new ServiceRunner(home, () -> topology(home));
          });
    }
  }

  private static Topology topology(Home home) {
    try {
      return TopologyFile.read(home.topology());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where the databases see who belongs to their cluster. */
  void follow(Supplier<Desired> state) {
    desired = state;
  }

  @Override
  public NodeRunner of(Kind kind) {
    NodeRunner runner = runners.get(kind);
    if (runner == null) {
      throw new IllegalStateException("no runner of " + kind);
    }
    return runner;
  }
}
