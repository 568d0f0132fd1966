package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.row.ShardsContract.Listing;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/**
 * The least system that sells something on restored data, for a moment: the databases, and one node
 * each of what an order needs. It has no front door: an app server is asked directly.
 */
final class RestoredSystem {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int SECONDS_TO_STOP = 90;

  /** What has just started, at low priority on a small board. */
  private static final Duration ANSWER = Duration.ofMinutes(1);

  /** Further than the ports of any node of the system that goes on beside it. */
  private static final int FURTHER = 2000;

  private static final Set<Kind> NEEDED =
      EnumSet.of(Kind.MYSQL, Kind.MEMCACHED, Kind.ROUTER, Kind.AUTH, Kind.STORAGE, Kind.APP);

  /** Of the storage: nobody in the story has a picture. */
  private static final String NOT_NEEDED = "storage-profiles";

  private final Home home;
  private final Control control;

  private RestoredSystem(Home home) {
    this.home = home;
    this.control = new Control(home);
  }

  /**
   * Starts it, asks the router for all shards, walks a story of the shop, and stops it.
   *
   * @param restored what was restored
   * @param own the installation whose programs it runs
   * @throws OperatorException if it does not start, a shard is in no cluster, or the story ends
   *     otherwise than it should
   */
  static void look(Home restored, Home own) throws IOException {
    Files.createSymbolicLink(restored.lib(), own.lib());
    for (String mine : Secrets.OPERATORS) {
      // mails that waited at that moment are not to be sent again
      Files.deleteIfExists(restored.secrets().resolve(mine));
    }
    RestoredSystem system = new RestoredSystem(restored);
    try {
      system.start(system.topology());
      system.checkShards();
      system.story();
    } finally {
      system.stop();
    }
  }

  private Topology topology() throws IOException {
    Topology whole = TopologyFile.read(home.topology());
    List<Tier> tiers = new ArrayList<>();
    for (Tier tier : whole.tiers()) {
      if (NEEDED.contains(tier.kind()) && !tier.name().equals(NOT_NEEDED)) {
        tiers.add(tier.withNodes(1));
      }
    }
    int base = whole.ports().base();
    base = base + FURTHER + 1000 > 65_535 ? base - FURTHER : base + FURTHER;
    return whole.withTiers(tiers).with(new Ports(base, base + 950, base + 951));
  }

  private void start(Topology topology) throws IOException {
    StateFiles.write(home.topology(), TopologyFile.write(topology));
    control.change(desired -> desired.fit(topology.nodes()));
    control.supervisePolitely();
    new Readiness(control, null).await(PATIENCE);
  }

  private void checkShards() throws IOException {
    Listing listing = new ShardsClient(new NativeLauncher(home)).list();
    TreeSet<Integer> shards = new TreeSet<>();
    TreeSet<Integer> active = new TreeSet<>();
    listing
        .copies()
        .forEach(copy -> {
          shards.add(copy.shard());
          if (copy.state().equals("active")) {
            active.add(copy.shard());
          }
        });
    shards.removeAll(active);
    if (active.isEmpty() || !shards.isEmpty()) {
      throw new OperatorException("a router finds no active copy of shards " + shards);
    }
  }

  private void story() throws IOException {
    List<Launcher.Service> apps = new NativeLauncher(home).services("app");
    if (apps.isEmpty()) {
      throw new OperatorException("the topology that was restored has no app server");
    }
    CredentialIssuer gateway =
        new CredentialIssuer(
            home.secrets().resolve(ServiceKeyring.file(ServiceName.LB)), InstantSource.system());
    try (ShopClient shop =
        new ShopClient(
            apps.getFirst().address(),
            ANSWER,
            _ -> {},
            request ->
                request.header(TanadaHeaders.SERVICE_CREDENTIAL, gateway.of(ServiceName.APP)),
            InsideTrust.of(home))) {
      new ShopStory(shop).walk();
    }
  }

  private void stop() throws IOException {
    control.change(desired -> desired.changeAll(wanted -> wanted.with(Run.STOPPED)));
    boolean ended =
        Control.await(
            SECONDS_TO_STOP,
            () -> {
              try {
                return !control.supervised();
              } catch (IOException e) {
                return false;
              }
            });
    if (!ended) {
      throw new OperatorException(
          "the restored system does not stop: TANADA_HOME=" + home.directory() + " ./tanada down");
    }
  }
}
