package org.tanada.deploy.ship;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.tanada.deploy.board.Shelf;
import org.tanada.deploy.board.Ssh;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.database.Promotion.Standing;
import org.tanada.deploy.launcher.PromotionRequest;
import org.tanada.deploy.launcher.PromotionRun;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/** Ships the jars that were built to two stand-in boards: containers with systemd and sshd. */
@Tag("containers")
@EnabledIfSystemProperty(
    named = "tanada.containers",
    matches = "true",
    disabledReason = "needs a Docker engine: ./tanada test --containers")
@EnabledIfSystemProperty(
    named = "tanada.test.nightly",
    matches = "true",
    disabledReason = "takes seven minutes and more: give -Dtanada.test.nightly=true")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ShipIT {
  private static final Path CLONE =
      Path.of(System.getProperty("tanada.root", "..")).toAbsolutePath().normalize();
  private static final Path WORK = CLONE.resolve("deploy/target/ship");
  private static final Path BOARDS = WORK.resolve("boards");
  private static final Path ROOT = WORK.resolve("root");
  private static final List<String> said = Collections.synchronizedList(new ArrayList<>());
  private static final String PASSWORD = "correct horse battery " + UUID.randomUUID();

  private static Shelf shelf;

  @BeforeAll
  static void makeBoards() throws Exception {
    standIn("down.sh");
    if (Files.exists(WORK)) {
      StateFiles.deleteTree(WORK);
    }
    Files.createDirectories(WORK);
    standIn("up.sh", "2");
    shelf = Shelf.read(BOARDS.resolve("inventory.yml"));
    for (Module module : Module.values()) {
      copyJar(module.directory());
    }
    copyJar("deploy");
    if (!Files.exists(ROOT.resolve("nginx"))) {
      Files.createSymbolicLink(ROOT.resolve("nginx"), CLONE.resolve("nginx"));
    }
    ship();
  }

  @AfterAll
  static void removeBoards() throws Exception {
    standIn("down.sh");
  }

  /** A clone's directory with jars that a test may change. */
  private static Path copyJar(String module) throws IOException {
    Path jar = Module.jar(CLONE, module).orElseThrow();
    Path copy = ROOT.resolve(module).resolve("target").resolve(jar.getFileName());
    Files.createDirectories(copy.getParent());
    return Files.copy(jar, copy, StandardCopyOption.REPLACE_EXISTING);
  }

  private static void standIn(String script, String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of(CLONE.resolve("deploy/boards/stand-in/" + script).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Path log = CLONE.resolve("deploy/target/stand-in.log");
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("TANADA_BOARDS_DIR", BOARDS.toString());
    builder.environment().put("TANADA_BOARDS_NAME", "tanada-test-board");
    Process process = builder.start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(script + ", see " + log).isZero();
  }

  private static Shipping shipping(Path configuration) throws IOException {
    return new Shipping(
        new Home(ROOT, WORK.resolve("home")), shelf, Optional.of(configuration), said::add);
  }

  private static void ship() throws IOException {
    ship(BOARDS.resolve("config"));
  }

  private static void ship(Path configuration, String... boards) throws IOException {
    try (Shipping shipping = shipping(configuration)) {
      shipping.ship(List.of(boards));
    }
  }

  /** A configuration of ssh in which a board cannot be reached. */
  private static Path without(String board) throws IOException {
    return Files.writeString(
        WORK.resolve("without-" + board),
        "Host "
            + shelf.board(board).address()
            + "\n  Port 1\n"
            + Files.readString(BOARDS.resolve("config")));
  }

  /** Adds a file to the jar of app-service. */
  private static void change(String name, String content) throws IOException {
    Path jar = Module.jar(ROOT, "app-service").orElseThrow();
    try (FileSystem inside = FileSystems.newFileSystem(jar)) {
      Files.writeString(inside.getPath("/BOOT-INF/classes/" + name), content);
    }
  }

  /**
   * The status of a page. Each on a connection of its own: nginx may close a kept one at the moment
   * in which it is used again (RFC 9112, section 9.3.1), and browsers ask again then.
   */
  private static int page(String path) throws IOException {
    URI front = URI.create("http://" + shelf.boards().getFirst().address() + ":8080" + path);
    HttpURLConnection connection = (HttpURLConnection) front.toURL().openConnection();
    connection.setRequestProperty("Connection", "close");
    connection.setConnectTimeout(30_000);
    connection.setReadTimeout(30_000);
    try {
      return connection.getResponseCode();
    } finally {
      connection.disconnect();
    }
  }

  /** Asks for pages that no edge has in its cache, ten a second, while something is done. */
  private static void whileServing(ThrowingRunnable action) throws Exception {
    AtomicInteger asked = new AtomicInteger();
    List<String> failed = Collections.synchronizedList(new ArrayList<>());
    try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
        var requests = Executors.newVirtualThreadPerTaskExecutor()) {
      clock.scheduleAtFixedRate(
          () ->
              requests.execute(() -> {
                try {
                  int status = page("/?n=" + asked.incrementAndGet() + "-" + System.nanoTime());
                  if (status != 200) {
                    failed.add("status " + status);
                  }
                } catch (IOException e) {
                  failed.add(e.toString());
                }
              }),
          0,
          100,
          TimeUnit.MILLISECONDS);
      try {
        action.run();
      } finally {
        clock.shutdown();
      }
    }
    assertThat(failed).isEmpty();
    assertThat(asked.get()).isPositive();
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  @Test
  @Order(1)
  void aPageComesThroughTheFrontDoor() throws Exception {
    assertThat(page("/")).isEqualTo(200);
    assertThat(page("/api/v1/videos")).isEqualTo(200);
  }

  @Test
  @Order(2)
  void theSameAgainChangesNothing() throws Exception {
    said.clear();

    ship();

    assertThat(said).contains("nothing to change: all boards run this release");
  }

  @Test
  @Order(3)
  void aChangedJarIsASmallCopyAndNobodyNotices() throws Exception {
    change("change.txt", "another line");
    said.clear();

    whileServing(ShipIT::ship);

    assertThat(said).anyMatch(line -> line.startsWith("board-1: app-1 in"));
    assertThat(said).anyMatch(line -> line.startsWith("board-2: app-2 in"));
    assertThat(said.getFirst()).matches("copied [0-9]\\.[0-9] MB to 2 boards in .*");
  }

  @Test
  @Order(4)
  void aJarThatDoesNotStartIsPutBackAndNobodyNotices() throws Exception {
    change("application.properties", "spring.main.web-application-type=bogus\n");
    whileServing(() ->
        assertThatThrownBy(ShipIT::ship)
            .isInstanceOf(OperatorException.class)
            .hasMessageStartingWith("board-1: app-1 does not start: ")
            .hasMessageContaining("put the release before it back on board-1")
            .hasMessageNotContaining("\n"));

    copyJar("app-service");
    change("change.txt", "another line");
    assertThat(page("/?after")).isEqualTo(200);
  }

  @Test
  @Order(5)
  void aHostKeyThatIsUnknownOrAnotherIsRefused() throws Exception {
    Path other = WORK.resolve("other");
    String known = Files.readString(BOARDS.resolve("known_hosts"));
    String config = Files.readString(BOARDS.resolve("config"));
    Files.writeString(
        other,
        config.replaceFirst("UserKnownHostsFile .*", "UserKnownHostsFile " + other + ".known"));

    Path otherKnown = Path.of(other + ".known");
    Files.writeString(otherKnown, "");
    assertThatThrownBy(() -> ship(other))
        .hasMessageStartingWith("board-1: refused, its host key is unknown");

    // the second board's key under the first one's address
    List<String> lines = known.lines().toList();
    Files.writeString(
        otherKnown,
        lines.getFirst().split(" ", 2)[0] + " " + lines.getLast().split(" ", 2)[1] + "\n");
    assertThatThrownBy(() -> ship(other, "board-1"))
        .hasMessageStartingWith("board-1: REFUSED, its host key is not the one in known_hosts");
  }

  @Test
  @Order(6)
  void anUnreachableBoardIsNamedBeforeAnythingIsTouched() throws Exception {
    Path other = without("board-2");
    change("change.txt", "a third line");

    assertThatThrownBy(() -> ship(other)).hasMessageStartingWith("board-2: unreachable: ");

    assertThat(page("/?unreachable")).isEqualTo(200);
    ship(); // and when it is back
  }

  @Test
  @Order(7)
  void theReleaseBeforeComesBackByItsOwnCommand() throws Exception {
    said.clear();

    whileServing(() -> {
      try (Shipping shipping = shipping(BOARDS.resolve("config"))) {
        shipping.rollBack();
      }
    });

    assertThat(said).anyMatch(line -> line.startsWith("board-1: app-1 in"));
  }

  private static BoardPromotion mysql1(Path configuration, boolean off) throws IOException {
    return new BoardPromotion(shelf, "mysql-1", Optional.of(configuration), off, said::add);
  }

  private static PromotionRequest.Promoted promote() throws IOException {
    return promote(BOARDS.resolve("config"), false);
  }

  private static PromotionRequest.Promoted promote(Path configuration, boolean off)
      throws IOException {
    try (BoardPromotion steps = mysql1(configuration, off)) {
      PromotionRequest wanted =
          new PromotionRequest(
              "mysql-1",
              Optional.empty(),
              new PromotionRequest.Loss(0, false),
              plan -> true,
              said::add);
      Home home = new Home(ROOT, WORK.resolve("home")).shelf();
      return new PromotionRun(home, BoardPromotion.views(home, shelf, "mysql-1"), wanted, steps)
          .run();
    }
  }

  private static void onBoard(int number, String script) throws IOException {
    try (Ssh ssh = new Ssh(shelf.board("board-" + number), Optional.of(BOARDS.resolve("config")))) {
      ssh.runAsRoot(script, Duration.ofMinutes(2));
    }
  }

  /** A row of somebody new, on the primary and on its replica, or this waits until it is. */
  private static void writes() throws Exception {
    try (ShopClient shop =
        new ShopClient(
            URI.create("http://" + shelf.boards().getFirst().address() + ":8080"),
            Duration.ofSeconds(20))) {
      eventually(() ->
          shop.signUp("ship-" + UUID.randomUUID().toString().substring(0, 8), "Ship", PASSWORD));
    }
  }

  private static void eventually(ThrowingRunnable action) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (true) {
      try {
        action.run();
        return;
      } catch (IOException | AssertionError e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
    }
  }

  private static void awaitFollowing(String leader, String replica) throws Exception {
    try (BoardPromotion steps = mysql1(BOARDS.resolve("config"), false)) {
      eventually(() -> {
        Standing standing = steps.look();
        assertThat(standing.leader()).isEqualTo(leader);
        assertThat(standing.answers()).isTrue();
        assertThat(standing.replicas()).containsExactly(replica);
      });
    }
    writes(); // acknowledged by both
  }

  @Test
  @Order(8)
  void anotherBoardsDatabaseBecomesThePrimary() throws Exception {
    PromotionRequest.Promoted done = promote();

    assertThat(done.primary()).isEqualTo("mysql-1-b");
    assertThat(done.lost()).isZero();
    awaitFollowing("mysql-1-b", "mysql-1-a");
  }

  @Test
  @Order(9)
  void aPrimaryThatHangsIsEndedAndFollows() throws Exception {
    onBoard(2, "systemctl kill -s STOP tanada-mysql-1-b");

    PromotionRequest.Promoted done = promote();

    assertThat(done.primary()).isEqualTo("mysql-1-a");
    assertThat(done.lost()).isZero();
    awaitFollowing("mysql-1-a", "mysql-1-b");
  }

  @Test
  @Order(10)
  void aPrimaryOnABoardThatIsOutOfReachIsReplaced() throws Exception {
    Path other = without("board-1");
    onBoard(1, "systemctl stop tanada-mysql-1-a");
    said.clear();

    assertThatThrownBy(() -> promote(other, false))
        .isInstanceOf(OperatorException.class)
        .hasMessageStartingWith("board-1: unreachable")
        .hasMessageContaining("then add --board-is-off");
    PromotionRequest.Promoted done = promote(other, true);

    assertThat(done.primary()).isEqualTo("mysql-1-b");
    assertThat(said).anyMatch(line -> line.endsWith("taken for off"));
    onBoard(1, "systemctl start --no-block tanada-mysql-1-a");
    awaitFollowing("mysql-1-b", "mysql-1-a");
  }
}
