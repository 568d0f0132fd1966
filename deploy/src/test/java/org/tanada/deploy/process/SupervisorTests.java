package org.tanada.deploy.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.membership.FileMembership;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.state.Desired.Wanted;
import org.tanada.deploy.state.DrillMark;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Observed.Seen;
import org.tanada.deploy.state.Observed.State;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ProcessId;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Change;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** The supervisor with real, tiny processes in place of the services. */
@Tag("servers")
@Timeout(120)
class SupervisorTests {
  private static final int SECONDS = 30;

  @TempDir Path directory;
  private Home home;
  private Control control;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private Future<Boolean> supervisor;

  /** A shell that sleeps; a file named {@code broken} beside it keeps it from starting. */
  private record Sleeper(Home home) implements NodeRunner {
    @Override
    public Started start(Wanted wanted) throws IOException {
      if (Files.exists(home.directory().resolve("broken"))) {
        throw new OperatorException("the sleeper is broken");
      }
      Process process =
          Launch.start(
              home,
              wanted.node().name(),
              List.of("/bin/sh", "-c", "echo begins; exec sleep 1000"),
              Map.of());
      return new Started(process, "1", "");
    }

    @Override
    public Probe probe(Wanted wanted) {
      return Probe.READY;
    }
  }

  @BeforeEach
  void begin() throws IOException {
    home = new Home(directory, directory.resolve("state"));
    control = new Control(home);
    StateFiles.privateDirectory(home.directory());
    Topology topology = TopologyFile.shipped(true).with("app", 2);
    StateFiles.write(home.topology(), TopologyFile.write(topology));
    control.change(desired -> desired.fit(topology.nodes()));
    supervise();
  }

  private void supervise() {
    Supervisor fresh = new Supervisor(home, kind -> new Sleeper(home), "test", 3);
    Callable<Boolean> work = fresh::run;
    supervisor = threads.submit(work);
  }

  @AfterEach
  void end() throws Exception {
    Files.deleteIfExists(home.directory().resolve("broken"));
    List<Seen> all = control.observed().nodes();
    control.change(desired -> desired.changeAll(w -> w.with(Run.STOPPED)));
    if (supervisor.isDone()) {
      supervise();
    }
    supervisor.get(60, TimeUnit.SECONDS);
    threads.shutdownNow();
    assertThat(all).noneMatch(seen -> seen.process().alive());
  }

  private Seen await(String node, Predicate<Seen> condition) {
    boolean met = Control.await(SECONDS, () -> seen(node) != null && condition.test(seen(node)));
    assertThat(met).as("%s is %s", node, seen(node)).isTrue();
    return seen(node);
  }

  private Seen seen(String node) {
    try {
      return control.observed().find(node).orElse(null);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Seen up(String node) {
    return await(node, seen -> seen.state() == State.UP && seen.process().alive());
  }

  private List<String> listed(String tier) throws IOException {
    return FileMembership.read(home.inventory()).getOrDefault(tier, List.of()).stream()
        .map(node -> node.name())
        .toList();
  }

  @Test
  void startsEverythingAndTellsWhoIsThere() throws IOException {
    for (Wanted wanted : control.desired().nodes()) {
      up(wanted.node().name());
    }

    assertThat(listed("app")).containsExactly("app-1", "app-2");
    assertThat(Files.readString(home.log("app-1"))).isEqualTo("begins\n");
  }

  @Test
  void whatADrillBendsIsStraightWhenTheDrillIsNoMore() throws IOException {
    PlannedNode node =
        control.desired().nodes().stream()
            .map(Wanted::node)
            .filter(planned -> planned.kind() == Kind.MEMCACHED)
            .findFirst()
            .orElseThrow();
    up(node.name());
    Process drill =
        new ProcessBuilder("/bin/sleep", "1000")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    StateFiles.writeJson(
        home.directory().resolve("drill.json"),
        new DrillMark(ProcessId.of(drill.pid()), Map.of(node.name(), 4711), Map.of(), 0));

    boolean bent = Control.await(SECONDS, () -> port(node) == 4711);
    drill.destroyForcibly();

    assertThat(bent).isTrue();
    assertThat(Control.await(SECONDS, () -> port(node) == node.port())).isTrue();
  }

  private int port(PlannedNode node) {
    try {
      return FileMembership.read(home.inventory()).getOrDefault(node.tier(), List.of()).stream()
          .filter(listed -> listed.name().equals(node.name()))
          .mapToInt(listed -> listed.address().getPort())
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aKilledNodeIsStartedAgain() throws IOException {
    ProcessId first = up("app-1").process();

    ProcessId killed = new NodeControl(home).kill("app-1");

    assertThat(killed).isEqualTo(first);
    Seen again = await("app-1", s -> s.state() == State.UP && !s.process().equals(first));
    assertThat(again.restarts()).isEqualTo(1);
    assertThat(listed("app")).contains("app-1");
  }

  @Test
  void aStoppedNodeStaysStoppedUntilItIsStarted() throws IOException {
    up("app-1");
    NodeControl nodes = new NodeControl(home);

    nodes.stop("app-1");

    assertThat(seen("app-1").process()).isEqualTo(ProcessId.NONE);
    assertThat(listed("app")).containsExactly("app-2");

    nodes.start("app-1");

    assertThat(listed("app")).containsExactly("app-1", "app-2");
  }

  @Test
  void aRestartedNodeIsAnotherProcess() throws IOException {
    ProcessId first = up("app-1").process();
    up("app-2");

    new NodeControl(home).restart("app-1");

    assertThat(first.alive()).isFalse();
    assertThat(up("app-1").process()).isNotEqualTo(first);
    assertThat(seen("app-1").restarts()).isZero();
  }

  @Test
  void aRemovedNodeLeavesTheInventoryBeforeItsProcessEnds() throws IOException {
    up("app-1");
    ProcessId leaving = up("app-2").process();
    NodeControl nodes = new NodeControl(home);

    Change change = nodes.beginScale(Map.of("app", 1));
    boolean left =
        Control.await(
            SECONDS,
            () -> {
              try {
                return !listed("app").contains("app-2");
              } catch (IOException e) {
                return false;
              }
            });
    boolean servedWhenItLeft = leaving.alive();
    nodes.await(change);

    assertThat(left).isTrue();
    assertThat(servedWhenItLeft).isTrue();
    assertThat(leaving.alive()).isFalse();
    assertThat(control.desired().find("app-2")).isEmpty();
    assertThat(TopologyFile.read(home.topology()).tier("app").orElseThrow().nodes()).isEqualTo(1);
  }

  @Test
  void aStorageNodeIsLabelledAndServesUntilNothingIsLeftOnIt() throws Exception {
    NodeControl nodes = new NodeControl(home);
    up("storage-videos-1");
    nodes.scale(Map.of("storage-videos", 2));
    ProcessId leaving = up("storage-videos-2").process();
    AtomicLong left = new AtomicLong(3);
    List<String> said = new CopyOnWriteArrayList<>();
    StorageDrain drain =
        new StorageDrain(home, node -> OptionalLong.of(left.get()), Duration.ofMinutes(5));

    Future<?> draining =
        threads.submit(() -> {
          drain.run(Map.of("storage-videos", 1), said::add);
          return null;
        });
    awaitLabels("storage-videos", "{}", "{draining=true}");
    boolean waited = !draining.isDone() && leaving.alive();
    left.set(0);
    draining.get(SECONDS, TimeUnit.SECONDS);

    assertThat(waited).isTrue();
    assertThat(said).containsExactly("storage-videos-2: 3 files are to go yet");
    assertThat(leaving.alive()).isTrue();
    nodes.restart("storage-videos-2");
    assertThat(labels("storage-videos")).containsExactly("{}", "{draining=true}");
    nodes.scale(Map.of("storage-videos", 1));
    assertThat(listed("storage-videos")).containsExactly("storage-videos-1");
  }

  @Test
  void aDrainThatComesToNothingSaysWhatToDoAndIsTakenBack() throws Exception {
    NodeControl nodes = new NodeControl(home);
    up("storage-videos-1");
    nodes.scale(Map.of("storage-videos", 2));
    up("storage-videos-2");
    Map<String, Integer> fewer = Map.of("storage-videos", 1);
    Duration hasty = Duration.ofMillis(100);

    assertThatThrownBy(
            () -> new StorageDrain(home, node -> OptionalLong.of(7), hasty).run(fewer, line -> {}))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("storage-videos-2 has 7 files, and none went for 0 s: ")
        .hasMessageContaining("--now");
    assertThatThrownBy(() ->
            new StorageDrain(home, node -> OptionalLong.empty(), hasty).run(fewer, line -> {}))
        .hasMessageStartingWith("storage-videos-2 does not answer, ");
    awaitLabels("storage-videos", "{}", "{draining=true}");

    nodes.scale(Map.of("storage-videos", 2));

    awaitLabels("storage-videos", "{}", "{}");
    nodes.stop("storage-videos-2");
    assertThatThrownBy(
            () -> new StorageDrain(home, node -> OptionalLong.of(0), hasty).run(fewer, line -> {}))
        .hasMessageContaining("./tanada start storage-videos-2");
  }

  private List<String> labels(String tier) throws IOException {
    return FileMembership.read(home.inventory()).getOrDefault(tier, List.of()).stream()
        .map(node -> node.labels().toString())
        .toList();
  }

  private void awaitLabels(String tier, String... labels) {
    boolean met =
        Control.await(
            SECONDS,
            () -> {
              try {
                return labels(tier).equals(List.of(labels));
              } catch (IOException e) {
                return false;
              }
            });
    assertThat(met).as("labels of " + tier).isTrue();
  }

  @Test
  void newNodesAreReadyWhenScaleReturns() throws IOException {
    up("app-2");

    new NodeControl(home).scale(Map.of("app", 4, "edge", 3));

    assertThat(listed("app")).containsExactly("app-1", "app-2", "app-3", "app-4");
    assertThat(listed("edge")).containsExactly("edge-1", "edge-2", "edge-3");
    assertThat(seen("edge-3").state()).isEqualTo(State.UP);
  }

  @Test
  void scaleRefusesWhatCannotBe() {
    NodeControl nodes = new NodeControl(home);

    assertThatThrownBy(() -> nodes.scale(Map.of("mysql-1", 3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("databases are not scaled");
    assertThatThrownBy(() -> nodes.scale(Map.of("nginx", 2))).hasMessageContaining("front door");
    assertThatThrownBy(() -> nodes.scale(Map.of("warehouse", 2)))
        .hasMessageContaining("there is no tier \"warehouse\" here: memcached router");
    assertThatThrownBy(() -> nodes.scale(Map.of("app", 0))).hasMessageContaining("1 to 99");
  }

  @Test
  void nodesOutliveTheSupervisorAndTheNextOneTakesThemOver() throws Exception {
    for (Wanted wanted : control.desired().nodes()) {
      up(wanted.node().name());
    }
    ProcessId app = seen("app-1").process();
    supervisor.cancel(true);
    assertThat(Control.await(SECONDS, () -> lockIsFree())).isTrue();
    assertThat(app.alive()).isTrue();

    supervise();
    new NodeControl(home).kill("app-2");

    await("app-2", seen -> seen.state() == State.UP && seen.restarts() == 1);
    assertThat(up("app-1").process()).isEqualTo(app);
  }

  private boolean lockIsFree() {
    try (StateFiles.Held held = StateFiles.tryLock(home.supervisorLock())) {
      return held != null;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void thereIsOneSupervisorAtATime() throws Exception {
    up("app-1");

    boolean worked = new Supervisor(home, kind -> new Sleeper(home), "test", 3).run();

    assertThat(worked).isFalse();
  }

  @Test
  void aNodeThatCannotStartSaysWhyAndIsTriedAgain() throws IOException {
    up("app-1");
    Files.createFile(home.directory().resolve("broken"));

    new NodeControl(home).kill("app-1");

    Seen failed = await("app-1", seen -> seen.state() == State.FAILED);
    assertThat(failed.problem()).isEqualTo("the sleeper is broken");
    Files.delete(home.directory().resolve("broken"));
    up("app-1");
  }

  @Test
  void downEndsEveryProcessAndTheSupervisor() throws Exception {
    for (Wanted wanted : control.desired().nodes()) {
      up(wanted.node().name());
    }
    List<Seen> before = control.observed().nodes();

    control.change(desired -> desired.changeAll(w -> w.with(Run.STOPPED)));

    assertThat(supervisor.get(60, TimeUnit.SECONDS)).isTrue();
    assertThat(before).noneMatch(seen -> seen.process().alive());
    assertThat(control.observed().nodes())
        .allSatisfy(seen -> assertThat(seen.state()).isEqualTo(State.STOPPED));
  }

  @Test
  void aGrownLogIsCutInPlaceWhileItIsWritten() throws IOException {
    up("app-1");
    Path log = home.log("app-1");

    LogFiles.rotate(log, 3);

    assertThat(log).hasSize(0);
    assertThat(log.resolveSibling("app-1.log.1")).hasContent("begins");
  }

  @Test
  void desiredStateSurvivesWithoutASupervisor() throws Exception {
    up("app-1");
    control.change(desired -> desired.changeAll(w -> w.with(Run.STOPPED)));
    supervisor.get(60, TimeUnit.SECONDS);

    assertThatThrownBy(() -> new NodeControl(home).kill("app-1"))
        .isInstanceOf(OperatorException.class);
    assertThat(control.desired()).isNotEqualTo(Desired.NOTHING);
  }
}
