package org.tanada.deploy.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Ports;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/** The system that a verification starts, on data as new as can be: real processes of all kinds. */
@Tag("servers")
@Timeout(600)
class RestoredSystemTests {
  private static final int BASE = 33_000;

  @TempDir Path directory;
  private Home own;
  private Home restored;

  @BeforeEach
  void begin() throws Exception {
    assumeThat(Binaries.find("mariadbd")).as("MariaDB is installed").isPresent();
    assumeThat(Binaries.find("memcached")).as("memcached is installed").isPresent();
    own = new Home(Path.of("..").toAbsolutePath().normalize(), directory.resolve("own"));
    restored = new Home(own.root(), directory.resolve("verify"));
    for (Kind kind : List.of(Kind.ROUTER, Kind.AUTH, Kind.APP, Kind.STORAGE)) {
      Module module = Module.of(kind);
      Path jar = module.jar(own.root()).orElse(null);
      assumeThat(jar).as(module.directory() + " is built").isNotNull();
      new Programs(own).unpack(module, jar);
    }
    new Secrets(restored).make();
  }

  private void topology(Tier... tiers) throws IOException {
    StateFiles.write(
        restored.topology(),
        TopologyFile.write(new Topology(new Ports(BASE, BASE + 950, BASE + 951), List.of(tiers))));
  }

  private static Tier tier(String name, int nodes) {
    return new Tier(name, nodes, name.equals("edge") ? List.of("local") : List.of());
  }

  @Test
  void storyOfTheShopIsWalkedAndNothingIsLeftRunning() throws Exception {
    Path mail = restored.secrets().resolve(Secrets.MAIL);
    Files.writeString(mail, "tanada.auth.mail.host: mail.example.com\n");
    topology(
        tier("edge", 1),
        tier("lb", 1),
        tier("app", 2),
        tier("auth", 2),
        tier("router", 2),
        tier("storage-profiles", 1),
        tier("storage-invoices", 1),
        tier("storage-videos", 2),
        tier("memcached", 1),
        tier("mysql-1", 2));

    assertThatCode(() -> RestoredSystem.look(restored, own)).doesNotThrowAnyException();

    assertThat(mail).as("what would send mails again").doesNotExist();
    assertNothingRuns();
  }

  @Test
  @EnabledIfSystemProperty(
      named = "tanada.test.nightly",
      matches = "true",
      disabledReason = "takes half a minute: give -Dtanada.test.nightly=true")
  void storyThatCannotGoOnIsOneLine() throws Exception {
    topology(
        tier("app", 1),
        tier("router", 1),
        tier("storage-videos", 1),
        tier("memcached", 1),
        tier("mysql-1", 1));

    assertThatThrownBy(() -> RestoredSystem.look(restored, own))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("the shop does not work on it: POST /api/v1/users answered 503")
        .hasMessageNotContaining("\n");
    assertNothingRuns();
  }

  private void assertNothingRuns() throws IOException {
    assertThat(new Control(restored).supervised()).isFalse();
    assertThat(new Control(restored).observed().nodes()).noneMatch(seen -> seen.process().alive());
  }
}
