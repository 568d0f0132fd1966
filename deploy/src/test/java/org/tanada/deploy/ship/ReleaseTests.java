package org.tanada.deploy.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.board.Board;
import org.tanada.deploy.board.BoardPlan;
import org.tanada.deploy.board.Login;
import org.tanada.deploy.board.Role;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.build.Programs;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;

/** Releases of programs that lie unpacked where the builder keeps them. */
class ReleaseTests {
  private static final String JAVA = "/usr/lib/jvm/java-25/bin/java";

  @TempDir Path directory;
  private Home shelf;
  private BoardPlan plan;
  private final Board front =
      new Board("one", "10.0.0.1", 4096, roles("nginx", "app", "mysql-1-a"), Login.USUAL);
  private final Board other =
      new Board("two", "10.0.0.2", 4096, roles("app", "router", "mysql-1-b"), Login.USUAL);

  private static List<Role> roles(String... names) {
    return java.util.stream.Stream.of(names).map(Role::parse).toList();
  }

  @BeforeEach
  void begin() throws IOException {
    Path root = directory.resolve("clone");
    shelf = new Home(root, directory.resolve("home/shelf"));
    new Secrets(shelf).make();
    plan = BoardPlan.of(new Shelf(List.of(front, other)));
    for (String module : List.of("deploy", "app-service", "db-router")) {
      built(module, "first");
    }
    Files.createDirectories(root.resolve("nginx"));
    Files.writeString(root.resolve("nginx/nginx.conf"), "events {}\n");
  }

  /** A module's jar, unpacked as the builder would have done it. */
  private void built(String module, String content) throws IOException {
    Path jar = shelf.root().resolve(module + "/target/" + module + "-0.1.jar");
    Files.createDirectories(jar.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new ZipEntry(content));
    }
    Path unpacked = shelf.lib().resolve(module).resolve(Programs.hash(jar));
    Files.createDirectories(unpacked.resolve("lib"));
    Files.writeString(unpacked.resolve("app.jar"), module + content);
    Files.writeString(unpacked.resolve("lib/common.jar"), "common");
  }

  private Release build(Board board) throws IOException {
    return new ReleaseBuilder(shelf, plan, front.address())
        .build(board, new BoardFacts("x86_64", JAVA, 257, List.of(), "", "", Map.of()));
  }

  private static String text(Release release, String path) throws IOException {
    return Files.readString(release.file(path));
  }

  @Test
  void aBoardGetsWhatItsRolesNeed() throws Exception {
    assertThat(build(other).manifest().lines().map(line -> line.substring(66)))
        .containsExactly(
            "etc/app-2.env",
            "etc/mysql-1-b.env",
            "etc/router-1.env",
            "jvm/app-service.options",
            "jvm/db-router.options",
            "lib/app-service/app.jar",
            "lib/app-service/lib/common.jar",
            "lib/db-router/app.jar",
            "lib/db-router/lib/common.jar",
            "lib/deploy/app.jar",
            "lib/deploy/lib/common.jar",
            "units/tanada-app-2.service",
            "units/tanada-mysql-1-b.service",
            "units/tanada-router-1.service",
            "versions/app-2",
            "versions/mysql-1-b",
            "versions/router-1");
    assertThat(build(front).manifest()).contains("  nginx/nginx.conf");
  }

  @Test
  void theSameContentsHaveTheSameName() throws Exception {
    assertThat(build(front).id()).isEqualTo(build(front).id()).isNotEqualTo(build(other).id());
  }

  @Test
  void aChangedJarChangesTheVersionOfItsNodesAlone() throws Exception {
    Release before = build(other);
    Map<String, String> versions =
        Map.of(
            "app-2", text(before, "versions/app-2"),
            "router-1", text(before, "versions/router-1"),
            "mysql-1-b", text(before, "versions/mysql-1-b"));
    built("app-service", "second");
    built("deploy", "second");

    Release after = build(other);

    assertThat(after.id()).isNotEqualTo(before.id());
    assertThat(text(after, "versions/app-2")).isNotEqualTo(versions.get("app-2"));
    assertThat(text(after, "versions/router-1")).isEqualTo(versions.get("router-1"));
    assertThat(text(after, "versions/mysql-1-b")).isEqualTo(versions.get("mysql-1-b"));
  }

  @Test
  void newKeysChangeTheVersionsOfServicesAlone() throws Exception {
    Release before = build(other);
    String app = text(before, "versions/app-2");
    String database = text(before, "versions/mysql-1-b");

    new Secrets(shelf).serviceKeys().add(Instant.now());
    String known = text(build(other), "versions/app-2");
    assertThat(known).isNotEqualTo(app);

    new Secrets(shelf).serviceKeys().use(Instant.now().plusSeconds(60));
    Release used = build(other);
    assertThat(text(used, "versions/app-2")).isNotEqualTo(known).isNotEqualTo(app);
    assertThat(text(used, "versions/mysql-1-b")).isEqualTo(database);
  }

  @Test
  void aServiceListensOnItsBoardAndReadsItsSecretsFromSystemd() throws Exception {
    Release release = build(other);

    assertThat(text(release, "etc/app-2.env"))
        .contains("SERVER_ADDRESS=10.0.0.2\n", "SERVER_PORT=9102\n")
        .contains("TANADA_MEMBERSHIP_FILE=/etc/tanada/inventory.yml\n")
        .contains("TANADA_APP_PUBLICURL=http://10.0.0.1:8080\n")
        .contains("SPRING_CONFIG_IMPORT=configtree:/run/credentials/tanada-app-2.service/\n");
    assertThat(text(release, "units/tanada-router-1.service"))
        .contains("LoadCredential=tanada.secret.database-password:/etc/tanada/secrets/router-1/")
        .doesNotContain("token-key-encryption");
    String secrets =
        new Secrets(shelf).get(Secrets.URL_SIGNING_KEY)
            + "|"
            + new Secrets(shelf).get(Secrets.DATABASE_PASSWORD);
    for (String line : release.manifest().lines().toList()) {
      assertThat(text(release, line.substring(66))).doesNotContainPattern(secrets);
    }
  }

  @Test
  void servicesSpeakTlsAndTheFrontDoorKnowsWhomToTrust() throws Exception {
    Release release = build(other);
    String before = text(release, "versions/app-2");

    assertThat(text(release, "etc/app-2.env"))
        .contains("TANADA_TLS_DIRECTORY=/run/credentials/tanada-app-2.service\n");
    assertThat(text(release, "units/tanada-app-2.service"))
        .contains("LoadCredential=inside-key.pem:/etc/tanada/secrets/app-2/inside-key.pem\n")
        .contains("LoadCredential=inside.pem:/etc/tanada/secrets/app-2/inside.pem\n");
    assertThat(text(release, "units/tanada-mysql-1-b.service")).doesNotContain("inside");
    assertThat(text(build(front), "units/tanada-nginx-1.service"))
        .contains("LoadCredential=inside-authority.pem:")
        .doesNotContain("inside-key.pem");
    StateFiles.deleteTree(shelf.ca());
    assertThat(text(build(other), "versions/app-2"))
        .as("another authority: services begin anew")
        .isNotEqualTo(before);

    plan = plan.speaking(false);
    assertThat(text(build(other), "etc/app-2.env")).doesNotContain("TLS");
    for (String unit : List.of("app-2", "router-1")) {
      assertThat(text(build(other), "units/tanada-" + unit + ".service")).doesNotContain("inside");
    }
    assertThat(text(build(front), "units/tanada-nginx-1.service")).doesNotContain("inside");
  }

  @Test
  void unitsAreHardenedAndLimited() throws Exception {
    for (Board board : List.of(front, other)) {
      for (var node : plan.nodes(board)) {
        assertThat(text(build(board), "units/" + Layout.unit(node.name())))
            .contains("User=tanada\n", "ProtectSystem=strict\n", "ProtectHome=yes\n")
            .contains("PrivateTmp=yes\n", "NoNewPrivileges=yes\n", "Restart=always\n")
            .contains("StateDirectory=tanada/nodes/" + node.name() + "\n")
            .containsPattern("MemoryMax=[1-9][0-9]{2,3}M\n")
            .containsPattern("TimeoutStopSec=[1-9]");
      }
    }
    assertThat(text(build(other), "units/tanada-app-2.service"))
        .containsPattern(
            "ExecStart=" + JAVA + " @jvm/app-service.options -Xmx[0-9]+m -jar lib/app-service/");
    assertThat(text(build(other), "units/tanada-mysql-1-b.service"))
        .contains("ExecStart=/usr/sbin/mariadbd --defaults-file=/var/lib/tanada/nodes/mysql-1-b/")
        .contains("Type=notify\n");
  }

  @Test
  void aBoardOfAnotherKindIsToldHowToGetJava() {
    BoardFacts facts = new BoardFacts("riscv64", "", 257, List.of(), "", "", Map.of());

    assertThatThrownBy(() -> new ReleaseBuilder(shelf, plan, "10.0.0.1").build(other, facts))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("two has no Java 25, and none for riscv64 can be made here")
        .hasMessageContaining("apt-get install openjdk-25-jre-headless");
  }

  @Test
  void whatWasNotBuiltIsNamed() throws Exception {
    Files.delete(shelf.root().resolve("db-router/target/db-router-0.1.jar"));

    assertThatThrownBy(() -> build(other))
        .isInstanceOf(OperatorException.class)
        .hasMessageContaining("db-router is not built");
  }

  @Test
  void factsAreReadFromTheBoardsAnswer() {
    BoardFacts facts =
        BoardFacts.parse(
            """
            systemd 257
            architecture aarch64
            missing nginx
            missing memcached
            release abc
            shelf 77
            node app-1 0123
            """);

    assertThat(facts)
        .isEqualTo(
            new BoardFacts(
                "aarch64",
                "",
                257,
                List.of("nginx", "memcached"),
                "abc",
                "77",
                Map.of("app-1", "0123")));
  }
}
