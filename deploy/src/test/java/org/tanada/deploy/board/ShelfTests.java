package org.tanada.deploy.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.Node;
import org.tanada.deploy.doctor.Finding;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Inventory;
import org.tanada.deploy.state.StateFiles;

class ShelfTests {
  private static final Path EXAMPLE = Path.of("boards/inventory.yml");

  @Test
  void theExampleCanWork() throws Exception {
    assertThat(bad(Shelf.read(EXAMPLE))).isEmpty();
  }

  @Test
  void everyNodeHasItsNameAndItsAddress(@TempDir Path directory) throws Exception {
    BoardPlan plan = BoardPlan.of(Shelf.read(EXAMPLE));
    Path inventory = directory.resolve("inventory.yml");

    Files.writeString(inventory, Inventory.yaml(plan.nodes()));

    var tiers = FileMembership.read(inventory);
    assertThat(tiers.get("app"))
        .extracting(node -> node.name() + " " + node.address())
        .containsExactly(
            "app-1 https://192.168.1.11:9101",
            "app-2 https://192.168.1.12:9102",
            "app-3 https://192.168.1.14:9103");
    assertThat(tiers.get("mysql-1"))
        .extracting(Node::name)
        .containsExactly("mysql-1-a", "mysql-1-b");
    Node osaka = tiers.get("edge").getFirst();
    assertThat(osaka.labels()).containsEntry("region", "osaka");
    assertThat(osaka.control()).hasToString("https://192.168.1.15:9051");
  }

  @Test
  void servicesSpeakTlsUnlessTheInventorySaysOtherwise(@TempDir Path directory) throws Exception {
    String example = Files.readString(EXAMPLE);
    Shelf usual = Shelf.parse(example);
    Shelf plain = Shelf.parse("inside-tls: false\n" + example);

    assertThat(BoardPlan.of(usual).tls()).isTrue();
    assertThat(BoardPlan.of(usual).environment(usual.board("nano")))
        .contains("TANADA_INSIDE_TLS=1");
    assertThat(BoardPlan.of(plain).environment(plain.board("nano")))
        .noneMatch(line -> line.contains("TLS"));
    assertThat(BoardPlan.of(plain).nodes())
        .noneMatch(node -> node.address().getScheme().equals("https"));
    assertThat(BoardPlan.of(plain).speaking(true).nodes()).isEqualTo(BoardPlan.of(usual).nodes());
    Home home =
        new Home(
            (Files.isDirectory(Path.of("nginx")) ? Path.of("") : Path.of("..")),
            directory.resolve("shelf"));
    new BoardFiles(home, usual).write(usual.board("pi5-one"), directory.resolve("usual"));
    new BoardFiles(home, plain).write(plain.board("pi5-one"), directory.resolve("plain"));
    for (String service : List.of("lb", "app", "router")) {
      assertThat(directory.resolve("usual/secrets").resolve(service))
          .isDirectoryContaining("glob:**/inside-key.pem")
          .isDirectoryContaining("glob:**/inside-authority.pem");
      assertThat(directory.resolve("plain/secrets").resolve(service))
          .isDirectoryNotContaining("glob:**/inside*");
    }
    assertThat(directory.resolve("usual/secrets/mysql"))
        .isDirectoryNotContaining("glob:**/inside*");
    assertThat(directory.resolve("usual/shared/nodes.yml"))
        .content()
        .contains("https://192.168.1.12");
  }

  @Test
  void aBoardsSettingsFitItsMemory() throws Exception {
    Shelf shelf = Shelf.read(EXAMPLE);
    BoardPlan plan = BoardPlan.of(shelf);

    List<String> least = plan.environment(shelf.board("zero2w"));
    List<String> large = plan.environment(shelf.board("nano"));

    assertThat(least)
        .contains(
            "TANADA_ADDRESS=192.168.1.16",
            "COMPOSE_PROFILES=pi-edge",
            "TANADA_EDGE_NODE=edge-2",
            "TANADA_EDGE_REGION=tokyo",
            "TANADA_EDGE_HEAP=157m")
        .noneMatch(line -> line.startsWith("TANADA_DB_"));
    assertThat(large).contains("COMPOSE_PROFILES=pi-edge,pi-storage", "TANADA_EDGE_HEAP=433m");
  }

  @Test
  void aDatabaseWritesAsIsGoodForItsBoardsDisk() throws Exception {
    String example = Files.readString(EXAMPLE);
    Shelf cards = Shelf.parse(example);
    Shelf disks = Shelf.parse(example.replace("8 GB,", "8 GB, storage: disk,"));

    assertThat(BoardPlan.of(cards).environment(cards.board("pi5-one")))
        .contains("TANADA_DB_PROFILE=sd-card");
    assertThat(BoardPlan.of(disks).environment(disks.board("pi5-one")))
        .contains("TANADA_DB_PROFILE=disk");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [                                                          | not YAML
          shelf: {}                                                  | "boards" is missing
          boards: {}                                                 | there are no boards
          boards: {a: 1}                                             | board a: it needs address
          boards: {A: {}}                                            | board A: a name is lower-case
          boards: {a: {address: h, memory: 4 GB, roles: [cook]}}     | board a: there is no role "cook"
          boards: {a: {address: h, memory: 4 GB, roles: [app/x]}}    | there is no role "app/x"
          boards: {a: {address: h, memory: 4 GB, roles: [mysql-1]}}  | there is no role "mysql-1"
          boards: {a: {address: h, memory: 4 GB, roles: [app, app]}} | the role app stands there twice
          boards: {a: {address: h, memory: 4 GB, roles: []}}         | board a: it needs roles
          boards: {a: {address: h, memory: much, roles: [app]}}      | board a: it needs a memory
          boards: {a: {memory: 4 GB, roles: [app]}}                  | board a: it needs an address
          boards: {a: {address: 'x y', memory: 4 GB, roles: [app]}}  | board a: it needs an address
          boards: {a: {address: h, memory: 4 GB, role: [app]}}       | "role" is none of
          {inside-tls: maybe, boards: {a: {address: h, memory: 4 GB, roles: [app]}}} | inside-tls is true or false, not maybe
          boards: {a: {address: h, memory: 4 GB, roles: [app], storage: tape}} | a storage is sd-card or disk, not "tape"
          """)
  void whatIsNoInventoryIsSaidInOneLine(String yaml, String message) {
    assertThatThrownBy(() -> Shelf.parse(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @Test
  void anUnknownBoardAndAMissingFileSayWhatThereIs() throws Exception {
    Shelf shelf = Shelf.read(EXAMPLE);

    assertThatThrownBy(() -> shelf.board("pi9"))
        .hasMessage("there is no board \"pi9\": pi5-one pi5-two pi4-one pi4-two nano zero2w");
    assertThatThrownBy(() -> Shelf.read(Path.of("nowhere.yml")))
        .hasMessageContaining("there is no inventory of boards at nowhere.yml");
  }

  @Test
  void whatCannotWorkIsFound() throws Exception {
    String example = Files.readString(EXAMPLE);

    assertThat(bad(Shelf.parse(example.replace("512 MB", "256 MB"))))
        .containsExactly("zero2w: its roles need 350 MB with the system, and it has 256 MB");
    assertThat(
            bad(
                Shelf.parse(
                    example
                        .replace("mysql-2-b", "app")
                        .replace("mysql-2-a", "mysql-2-a, mysql-2-b"))))
        .containsExactly("mysql-2: both copies are on pi5-two");
    assertThat(bad(Shelf.parse(example.replace("mysql-1-a", "mysql-1-c"))))
        .containsExactly("mysql-1: it has no primary");
    assertThat(bad(Shelf.parse(example.replace("mysql-2-b", "mysql-1-b"))))
        .containsExactly("mysql-1-b: two boards have it");
    assertThat(bad(Shelf.parse(example.replace("nginx, ", ""))))
        .containsExactly("nginx: no board has this role");
    assertThat(bad(Shelf.parse(example.replace("[lb, app", "[nginx, lb, app"))))
        .containsExactly("nginx: two boards have it, and a browser finds one");
    assertThat(bad(Shelf.parse(example.replace("192.168.1.12", "192.168.1.11"))))
        .containsExactly("pi5-two: it has the address of pi5-one");
  }

  @Test
  void whatWouldBeMissedIsTold() throws Exception {
    String example = Files.readString(EXAMPLE);

    assertThat(
            ShelfCheck.of(Shelf.parse(example.replace("[app, mysql-1-b, storage-videos", "[app"))))
        .filteredOn(found -> found.grade() == Finding.Grade.NOTABLE)
        .extracting(found -> found.subject() + ": " + found.fact())
        .contains("storage-videos: its files are on pi4-one alone", "mysql-1: it has no replica");
  }

  private static List<String> bad(Shelf shelf) {
    return ShelfCheck.of(shelf).stream()
        .filter(found -> found.grade() == Finding.Grade.BAD)
        .map(found -> found.subject() + ": " + found.fact())
        .toList();
  }

  @Test
  void boardsHoldPurposesThatTheInventoryNames() throws Exception {
    String example = Files.readString(EXAMPLE);
    String more = example.replace("storage-videos, ", "storage-videos, storage-contracts, ");

    Shelf shelf = Shelf.parse("purposes: {storage-contracts: {copies: 2}}\n" + more);

    BoardPlan plan = BoardPlan.of(shelf);
    assertThat(plan.nodes())
        .extracting(node -> node.name() + " " + node.host() + ":" + node.port())
        .contains("storage-contracts-1 192.168.1.13:9811", "storage-contracts-2 192.168.1.14:9812");
    assertThat(plan.purposeSettings("storage-contracts"))
        .containsEntry("TANADA_STORAGE_COPIES", "2");
    assertThat(plan.purposeSettings("edge"))
        .containsEntry("TANADA_EDGE_SIGNEDPURPOSES", "contracts,invoices,videos");
    assertThat(BoardPlan.of(Shelf.parse(example)).purposeSettings("edge")).isEmpty();
    assertThat(ShelfCheck.of(Shelf.parse("purposes: {storage-contracts: {copies: 2}}\n" + example)))
        .extracting(found -> found.subject() + ": " + found.fact())
        .contains("storage-contracts: no board has this role");
    assertThatThrownBy(() -> Shelf.parse(more))
        .hasMessageContaining("nothing is said of storage-contracts");
  }

  @Test
  void packedBoardHasServicesForThePurposesOfItsShelf(@TempDir Path directory) throws Exception {
    String example = Files.readString(EXAMPLE);
    String shipped = Files.readString(Path.of("boards/compose.yml"));
    Shelf more =
        Shelf.parse(
            "purposes: {storage-contracts: {copies: 3, largest: 50MB}, storage-videos: {s3: {region:"
                + " eu-1, bucket: b, prefix: 'a$b/', credentials: /etc/tanada/s3}}}\n"
                + example.replace("storage-videos, ", "storage-videos, storage-contracts, "));

    assertThat(BoardCompose.of(shipped, BoardPlan.of(Shelf.parse(example)))).isEqualTo(shipped);
    String compose = BoardCompose.of(shipped, BoardPlan.of(more));

    Map<String, Map<String, Object>> before = services(shipped);
    Map<String, Map<String, Object>> after = services(compose);
    assertThat(after.keySet())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(before.keySet().stream(), Stream.of("storage-service-contracts"))
                .toList());
    Map<String, Object> contracts = after.getOrDefault("storage-service-contracts", Map.of());
    assertThat(contracts).containsEntry("scale", "${TANADA_STORAGE_CONTRACTS_NODES:-0}");
    assertThat(String.valueOf(contracts.get("volumes")))
        .contains("./data/${TANADA_STORAGE_CONTRACTS_NODE:-none}:/data")
        .doesNotContain("INVOICES");
    assertThat(String.valueOf(contracts.get("environment")))
        .contains("TANADA_STORAGE_PURPOSE=contracts", "TANADA_STORAGE_COPIES=3")
        .contains("TANADA_STORAGE_MAXBLOBSIZE=50MB", "TANADA_MEMBERSHIP_SOURCE=file");
    assertThat(String.valueOf(after.get("cdn-node")))
        .contains("TANADA_EDGE_SIGNEDPURPOSES=contracts,invoices,videos")
        .contains("TANADA_EDGE_REGION=");
    assertThat(String.valueOf(after.get("storage-service-videos")))
        .contains("TANADA_STORAGE_S3_PREFIX=a$$b/", "/etc/tanada/s3:/run/s3-credentials:ro")
        .contains("TANADA_STORAGE_S3_CREDENTIALS=/run/s3-credentials");
    assertThat(after.get("db-router")).isEqualTo(before.get("db-router"));

    Home home = new Home(Path.of("..").toAbsolutePath().normalize(), directory.resolve("state"));
    StateFiles.privateDirectory(home.directory());
    new BoardFiles(home, more).write(more.board("pi4-one"), directory.resolve("board"));

    assertThat(directory.resolve("board/compose.yml")).hasContent(compose);
    String env = Files.readString(directory.resolve("board/board.env"));
    assertThat(env).contains("TANADA_STORAGE_CONTRACTS_NODES=1\n");
  }

  @SuppressWarnings("unchecked") // YAML has texts as keys of its maps here
  private static Map<String, Map<String, Object>> services(String compose) {
    Map<String, Object> file =
        new org.yaml.snakeyaml.Yaml(
                new org.yaml.snakeyaml.constructor.SafeConstructor(
                    new org.yaml.snakeyaml.LoaderOptions()))
            .load(compose);
    return (Map<String, Map<String, Object>>) Objects.requireNonNull(file.get("services"));
  }
}
