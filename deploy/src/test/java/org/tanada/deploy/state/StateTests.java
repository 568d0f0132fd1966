package org.tanada.deploy.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.state.Desired.Run;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

class StateTests {
  @TempDir Path directory;

  private Home home() {
    return new Home(directory, directory.resolve("state"));
  }

  @Test
  void inventoryIsWhatServicesRead() throws IOException {
    Topology topology = TopologyFile.shipped(false);
    Files.createDirectories(home().directory());

    Inventory.write(home(), topology.nodes());

    Map<String, List<Node>> read = FileMembership.read(home().inventory());
    assertThat(read.get("edge").getLast().name()).isEqualTo("edge-2");
    assertThat(read.get("edge").getLast().address()).hasToString("http://127.0.0.1:9002");
    assertThat(read.get("edge").getLast().control()).hasToString("http://127.0.0.1:9052");
    assertThat(read.get("edge").getLast().labels()).containsEntry("region", "frankfurt");
    assertThat(read.get("mysql-1").getFirst().address()).hasToString("mysql://127.0.0.1:9611");
    assertThat(read).doesNotContainKey("nginx");
  }

  @Test
  void secretsAreMadeOnceAndOnlyTheirOwnerReadsThem() throws IOException {
    Secrets secrets = new Secrets(home());

    secrets.make();
    String password = secrets.get(Secrets.DATABASE_PASSWORD);
    String key = secrets.serviceKeys().own(ServiceName.APP);
    secrets.make();

    assertThat(password).hasSizeGreaterThanOrEqualTo(32);
    assertThat(secrets.get(Secrets.DATABASE_PASSWORD)).isEqualTo(password);
    assertThat(secrets.get(Secrets.URL_SIGNING_KEY)).isNotEqualTo(password);
    assertThat(secrets.serviceKeys().own(ServiceName.APP)).isEqualTo(key);
    try (Stream<Path> files = Files.list(home().secrets())) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(file ->
              assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                  .isEqualTo("rw-------"));
    }
  }

  @Test
  void aNodeGetsOnlyTheSecretsItNeeds() throws IOException {
    Secrets secrets = new Secrets(home());
    secrets.make();

    secrets.give(Kind.ROUTER, directory.resolve("router"));
    secrets.give(Kind.APP, directory.resolve("app"));

    assertThat(directory.resolve("router").resolve(Secrets.DATABASE_PASSWORD)).exists();
    assertThat(directory.resolve("app")).isDirectoryContaining("glob:**/service-key");
    assertThat(directory.resolve("app").resolve(Secrets.DATABASE_PASSWORD)).doesNotExist();
    assertThat(directory.resolve("app").resolve(Secrets.TOKEN_KEY_ENCRYPTION)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {Secrets.PROVIDERS, Secrets.MAIL})
  void theOperatorsFilesAreForAuthServersAndGoWhenTheyDo(String name) throws IOException {
    Secrets secrets = new Secrets(home());
    secrets.make();
    Path file = home().secrets().resolve(name);
    Path given = directory.resolve("auth").resolve(name);
    Files.writeString(file, "own: {}");

    secrets.give(Kind.AUTH, directory.resolve("auth"));
    secrets.give(Kind.APP, directory.resolve("app"));

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(given)))
        .isEqualTo("rw-------");
    assertThat(directory.resolve("app").resolve(name)).doesNotExist();
    Files.delete(file);
    secrets.give(Kind.AUTH, directory.resolve("auth"));
    assertThat(given).doesNotExist();
  }

  @Test
  void fittingKeepsWishesAddsNewNodesAndRemovesWhatIsPlannedNoMore() {
    Topology topology = TopologyFile.shipped(true);
    Desired before =
        Desired.NOTHING
            .fit(topology.with("app", 2).nodes())
            .change("auth-1", wanted -> wanted.with(Run.STOPPED));

    Desired after = before.fit(topology.with("lb", 2).nodes());

    assertThat(after.find("auth-1").orElseThrow().run()).isEqualTo(Run.STOPPED);
    assertThat(after.find("lb-2").orElseThrow().run()).isEqualTo(Run.RUNNING);
    assertThat(after.find("app-2").orElseThrow().run()).isEqualTo(Run.REMOVED);
    assertThat(after.fit(topology.with("app", 2).nodes()).find("app-2").orElseThrow().run())
        .isEqualTo(Run.RUNNING);
  }

  @Test
  void desiredAndObservedSurviveWritingAndReading() throws IOException {
    Desired desired = Desired.NOTHING.fit(TopologyFile.shipped(false).nodes());
    Observed observed =
        new Observed(
            ProcessId.of(ProcessHandle.current().pid()),
            "build",
            List.of(
                new Observed.Seen(
                    "app-1", Observed.State.UP, new ProcessId(7, 8), "1", "b", 9, 1, 2, 3, "")));
    StateFiles.privateDirectory(home().directory());

    StateFiles.writeJson(home().desired(), desired);
    StateFiles.writeJson(home().observed(), observed);

    assertThat(StateFiles.readJson(home().desired(), Desired.class)).contains(desired);
    assertThat(StateFiles.readJson(home().observed(), Observed.class)).contains(observed);
  }

  @Test
  void nodesOfBeforeServicesSpokeTlsSpeakPlainHttp() throws IOException {
    Path file = directory.resolve("desired.json");
    StateFiles.writeJson(file, Desired.NOTHING.fit(TopologyFile.shipped(true).nodes()));
    Files.writeString(file, Files.readString(file).replaceAll(",\\s*\"tls\"\\s*:\\s*false", ""));

    Desired desired = StateFiles.readJson(file, Desired.class).orElseThrow();

    assertThat(Files.readString(file)).doesNotContain("tls");
    assertThat(desired).isEqualTo(Desired.NOTHING.fit(TopologyFile.shipped(true).nodes()));
  }

  @Test
  void aDamagedStateFileIsSaidInOneLine() throws IOException {
    Path file = Files.writeString(directory.resolve("desired.json"), "{\"nodes\": [");

    assertThatThrownBy(() -> StateFiles.readJson(file, Desired.class))
        .isInstanceOf(OperatorException.class)
        .hasMessage(file + " is damaged: remove it and run ./tanada up");
  }

  @Test
  void aProcessIsKnownByItsStartToo() {
    ProcessId self = ProcessId.of(ProcessHandle.current().pid());

    assertThat(self.alive()).isTrue();
    assertThat(new ProcessId(self.pid(), self.start() - 1).alive()).isFalse();
    assertThat(ProcessId.NONE.alive()).isFalse();
  }

  @Test
  void theReplicaHasAPlaceWhenItIsStoppedAndTheAppServerHasNot() {
    PlannedNode replica =
        TopologyFile.shipped(false).nodes().stream()
            .filter(PlannedNode::replica)
            .findFirst()
            .orElseThrow();

    assertThat(replica.name()).isEqualTo("mysql-1-b");
    assertThat(replica.kind().keepsPlace()).isTrue();
    assertThat(Kind.APP.keepsPlace()).isFalse();
  }
}
