package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.database.Access;
import org.tanada.deploy.database.ClusterRole;
import org.tanada.deploy.database.DatabaseFiles;
import org.tanada.deploy.database.DatabaseSettings;
import org.tanada.deploy.database.Replication;
import org.tanada.deploy.database.Sql;
import org.tanada.deploy.nginx.NginxBinary;
import org.tanada.deploy.nginx.NginxConfiguration;
import org.tanada.deploy.nginx.NginxSettings;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.TopologyFile;

/** What a node's unit does on the board beside running the node's program. */
public final class BoardNode {
  private static final long JOIN_SECONDS = 120;
  private static final long POLL_MILLIS = 500;

  private final Home home;
  private final Path credentials;
  private final Secrets secrets;
  private final DatabaseSettings board;
  private final String host;
  private final PlannedNode node;

  /**
   * A node of this board.
   *
   * @param board what a database here is told of it
   * @param host under which the front door is called
   */
  public BoardNode(Home home, String name, DatabaseSettings board, String host) throws IOException {
    this.host = host;
    this.home = home;
    this.board = board;
    this.credentials =
        name.startsWith("nginx-") ? Layout.frontSecrets(name) : Layout.credentials(name);
    this.secrets = new Secrets(credentials);
    String tier = name.substring(0, name.lastIndexOf('-'));
    this.node =
        members(tier).stream()
            .filter(member -> member.name().equals(name))
            .findFirst()
            .orElseGet(() -> new PlannedNode(name, tier, 1, 0, 0, ""));
  }

  /** The nodes of a database cluster; the number is in the name, {@code a} is the first. */
  static List<PlannedNode> members(String tier) throws IOException {
    List<PlannedNode> members = new ArrayList<>();
    if (!tier.startsWith("mysql-")) {
      return members;
    }
    for (Node each : FileMembership.read(Layout.INVENTORY).getOrDefault(tier, List.of())) {
      int index = each.name().charAt(each.name().length() - 1) - 'a' + 1;
      int port = each.address().getPort();
      members.add(
          new PlannedNode(each.name(), tier, index, port, port, "").on(each.address().getHost()));
    }
    return members;
  }

  private List<ClusterRole.Peer> peers() throws IOException {
    return members(node.tier()).stream()
        .filter(other -> !other.name().equals(node.name()))
        .map(other -> new ClusterRole.Peer(other, Access.remote(other, secrets)))
        .toList();
  }

  private DatabaseFiles files() {
    return new DatabaseFiles(home, node, secrets, board);
  }

  /** Before a database starts: its configuration and, the first time, its data directory. */
  public void prepare() throws IOException {
    DatabaseFiles files = files();
    if (!files.initialised() && !node.replica() && !ClusterRole.replaced(node.name(), peers())) {
      for (ClusterRole.Peer other : peers()) {
        refuseToForget(other);
      }
    }
    files
        .putErrantAside()
        .ifPresent(aside -> System.err.println(node.name() + ": its data are now in " + aside));
    files.prepare();
  }

  /** A primary without data beside a replica with data has lost it: it must not start empty. */
  private void refuseToForget(ClusterRole.Peer other) throws IOException {
    List<String> schemas;
    try {
      schemas = new Sql(other.access()).run("SHOW DATABASES LIKE 'tanada\\_%'");
    } catch (OperatorException e) {
      return; // it is not there: a new shelf
    }
    if (!schemas.isEmpty()) {
      throw new OperatorException(
          "%s has lost its data while %s has a copy: ./tanada boards promote %s makes that the primary, and this one anew"
              .formatted(node.name(), other.node().name(), node.tier()));
    }
  }

  /** After a database has started: it becomes writable or follows, whichever it has to. */
  public void join() throws IOException {
    ClusterRole role = new ClusterRole(files(), peers(), () -> false);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(JOIN_SECONDS);
    String why = "";
    while (System.nanoTime() < end) {
      try {
        Replication.Health health = role.keep();
        switch (health) {
          case Replication.Health.Leading() -> {
            return;
          }
          case Replication.Health.Following(int _) -> {
            return;
          }
          case Replication.Health.Waiting(String reason) -> why = reason;
          case Replication.Health.Broken(String reason) ->
              throw new OperatorException(node.name() + ": " + Replication.BROKEN + ": " + reason);
          case Replication.Health.Errant errant -> {
            // systemd starts it again, and prepare puts its data aside
            files().markErrant(errant.problem());
            throw new OperatorException(
                "%s %s, %s: they are put aside, and it is made anew"
                    .formatted(node.name(), errant.problem(), Replication.BROKEN));
          }
        }
      } catch (OperatorException e) {
        if (String.valueOf(e.getMessage()).contains(Replication.BROKEN)) {
          throw e;
        }
        why = String.valueOf(e.getMessage());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS));
    }
    throw new OperatorException(node.name() + " has not found its place: " + why);
  }

  /** Before nginx starts or reads its configuration again: renders it for the nodes there are. */
  public void front() throws IOException {
    Map<String, List<Node>> tiers = FileMembership.read(Layout.INVENTORY);
    new NginxConfiguration(
            home.root().resolve("nginx"),
            NginxBinary.detect(Path.of(Binaries.need("nginx"))),
            new NginxSettings(
                home.node(node.name()),
                "0.0.0.0",
                Ports.DEFAULT.http(),
                Ports.DEFAULT.https(),
                Optional.of(
                    new NginxSettings.Certificate(
                        credentials.resolve(FrontDoor.CHAIN), credentials.resolve(FrontDoor.KEY))),
                TopologyFile.regions(
                    tiers.getOrDefault("edge", List.of()).stream()
                        .map(edge -> edge.labels().getOrDefault("region", ""))
                        .toList()),
                List.of(host),
                Ports.DEFAULT.base() + 800,
                secrets.serviceKeys().front(),
                credentials.resolve(InsideTls.AUTHORITY),
                Optional.empty()))
        .render(
            Map.of(
                "edge", tiers.getOrDefault("edge", List.of()),
                "lb", tiers.getOrDefault("lb", List.of())));
  }
}
