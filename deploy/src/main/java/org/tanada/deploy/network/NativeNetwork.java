package org.tanada.deploy.network;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.DrillMark;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;

/**
 * The network of a native installation, whose nodes share one machine and one user without rights:
 * proxies of this process stand in front of databases and memcached nodes. Services are told the
 * proxies' ports by the inventory, and replicas by the keepers, for as long as this process lives.
 * What keepers and commands ask the databases goes through their sockets, and is not cut.
 */
public final class NativeNetwork implements Network {
  private static final int SECONDS = 30;
  private static final int LEAVE_SECONDS = 6;

  private final Home home;
  private final Map<String, TcpProxy> callers = new HashMap<>();
  private final Map<String, TcpProxy> followers = new HashMap<>();

  /** Puts the proxies in; returns when everybody uses them. */
  public NativeNetwork(Home home) throws IOException {
    this.home = home;
    List<PlannedNode> nodes =
        new Control(home)
            .desired().nodes().stream()
                .filter(wanted -> wanted.run().up())
                .map(Desired.Wanted::node)
                .toList();
    boolean ready = false;
    try {
      for (PlannedNode node : nodes) {
        InetSocketAddress address = new InetSocketAddress(node.host(), node.port());
        if (node.kind() == Kind.MYSQL || node.kind() == Kind.MEMCACHED) {
          callers.put(node.name(), new TcpProxy(address));
        }
        if (node.kind() == Kind.MYSQL) {
          followers.put(node.name(), new TcpProxy(address));
        }
      }
      DrillMark.set(home, ports(callers), ports(followers), 0);
      awaitUse(nodes);
      ready = true;
    } finally {
      if (!ready) {
        close();
      }
    }
  }

  private static Map<String, Integer> ports(Map<String, TcpProxy> proxies) {
    Map<String, Integer> ports = new HashMap<>();
    proxies.forEach((node, proxy) -> ports.put(node, proxy.port()));
    return ports;
  }

  /** Each router watches each database, and each replica one primary. */
  private void awaitUse(List<PlannedNode> nodes) {
    long routers = nodes.stream().filter(node -> node.kind() == Kind.ROUTER).count();
    Map<String, Integer> databases = new TreeMap<>();
    nodes.stream()
        .filter(node -> node.kind() == Kind.MYSQL)
        .forEach(node -> databases.merge(node.tier(), 1, Integer::sum));
    int replicas = databases.values().stream().mapToInt(count -> count - 1).sum();
    boolean used =
        Control.await(
            SECONDS,
            () ->
                callers.values().stream().allMatch(proxy -> proxy.connections() >= routers)
                    && followers.values().stream().mapToInt(TcpProxy::connections).sum()
                        >= replicas);
    if (!used) {
      throw new OperatorException(
          "not all routers and replicas took the way through the drill's proxies within "
              + SECONDS
              + " s: is everything up (./tanada status)?");
    }
  }

  @Override
  public String cut(String node, Side side, Manner manner) {
    need(node, side).cut(manner);
    return "%s from %s: %s"
        .formatted(
            node,
            side == Side.CALLERS ? "the routers" : "its replicas",
            manner.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }

  private TcpProxy need(String node, Side side) {
    TcpProxy proxy = (side == Side.CALLERS ? callers : followers).get(node);
    if (proxy == null) {
      throw new OperatorException("there is no way to " + node + " that could be cut");
    }
    return proxy;
  }

  @Override
  public void heal(String node) {
    for (Map<String, TcpProxy> proxies : List.of(callers, followers)) {
      TcpProxy proxy = proxies.get(node);
      if (proxy != null) {
        proxy.heal();
      }
    }
  }

  /** First everybody is told the nodes' own ports again, and has a moment to go over to them. */
  @Override
  public void close() throws IOException {
    callers.values().forEach(TcpProxy::heal);
    followers.values().forEach(TcpProxy::heal);
    DrillMark.clear(home);
    boolean left =
        Control.await(
            LEAVE_SECONDS,
            () ->
                Stream.concat(callers.values().stream(), followers.values().stream())
                    .allMatch(proxy -> proxy.connections() == 0));
    if (!left) {
      System.err.println("some connections still lead through the drill's proxies, and are broken");
    }
    for (Map<String, TcpProxy> proxies : List.of(callers, followers)) {
      for (TcpProxy proxy : proxies.values()) {
        proxy.close();
      }
    }
  }
}
