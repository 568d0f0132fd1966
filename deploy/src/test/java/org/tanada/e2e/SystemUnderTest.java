package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.tanada.deploy.command.TestCommand;

/**
 * The system that the suites look at: the one at {@code tanada.front}, or else one that this starts
 * by {@code ./tanada up}, with a directory and ports of its own, and takes down when the tests have
 * ended. With {@code tanada.containers} it is one of containers, and with {@code tanada.no-build}
 * as well its images are taken as they are. Services speak TLS with each other natively, and plain
 * HTTP in containers.
 */
final class SystemUnderTest {
  private static final int MINUTES_TO_START = 20; // with all images to build
  private static final int PORT_BASE = 27000;
  private static final int HTTP_PORT = 28080;
  private static final int HTTPS_PORT = 28443;

  /** The front door of our own system over TLS. */
  static final URI TLS = URI.create("https://localhost:" + HTTPS_PORT);

  private static final Path ROOT =
      Path.of(System.getProperty("tanada.root", "..")).toAbsolutePath().normalize();
  private static final boolean CONTAINERS = TestRun.containers();
  private static final String NAME = CONTAINERS ? "container-test" : "system-test";
  private static final Path HOME = ROOT.resolve("target").resolve(NAME);
  private static final Path OUTPUT = ROOT.resolve("target").resolve(NAME + ".log");

  /** Where in it the output of the last command begins, in bytes. */
  private static long begin;

  private static final URI FRONT_DOOR = start();

  private SystemUnderTest() {}

  static URI frontDoor() {
    return FRONT_DOOR;
  }

  /** Whether it is ours to break. */
  static boolean own() {
    return System.getProperty("tanada.front") == null;
  }

  /**
   * Runs a command of the command line on our own system; its exit code. The output goes to the log
   * and to ours.
   */
  static int tanada(String... arguments) throws IOException {
    return tanadaIn(NAME, arguments);
  }

  /** What the read-only SQL port of a cluster answers; natively alone. */
  static String readOnlySql(int cluster, String statement) throws IOException {
    ProcessBuilder client =
        new ProcessBuilder(
            List.of(
                "mariadb",
                "--no-defaults",
                "-h127.0.0.1",
                "-P" + (PORT_BASE + 800 + cluster),
                "-uanalyst",
                "--skip-ssl",
                "-BNe",
                statement));
    Path password = HOME.resolve("secrets/analyst-password");
    client.environment().put("MYSQL_PWD", Files.readString(password).strip());
    Process process = client.redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  /** The same on another installation, whose directory under {@code target} has the given name. */
  static int tanadaIn(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("tanada").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("TANADA_HOME", HOME.resolveSibling(name).toString());
    builder.environment().put("TANADA_NO_BUILD", "1");
    builder
        .environment()
        .put("TANADA_PROJECT", name.equals(NAME) ? TestCommand.PROJECT : "tanada-" + name);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(OUTPUT.toFile()));
    builder.redirectInput(new File("/dev/null"));
    begin = Files.exists(OUTPUT) ? Files.size(OUTPUT) : 0;
    Process process = builder.start();
    try {
      if (!process.waitFor(MINUTES_TO_START, TimeUnit.MINUTES)) {
        process.destroy();
        throw new IOException(
            "./tanada " + String.join(" ", arguments) + " took too long, see " + OUTPUT);
      }
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return process.exitValue();
  }

  /** The directory with all that it keeps. */
  static Path home() {
    return HOME;
  }

  /** What the last command has printed; the log has all of them. */
  static String output() throws IOException {
    try (InputStream log = Files.newInputStream(OUTPUT)) {
      log.skipNBytes(begin);
      return new String(log.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static URI start() {
    String given = System.getProperty("tanada.front");
    if (given != null) {
      return URI.create(given);
    }
    try {
      Files.createDirectories(ROOT.resolve("target"));
      Files.deleteIfExists(OUTPUT);
      if (Files.exists(HOME)) {
        stop(); // a run before this one was cut off
      }
      Runtime.getRuntime().addShutdownHook(new Thread(SystemUnderTest::stop, "tanada-down"));
      List<String> up =
          new ArrayList<>(List.of("up", "--yes", CONTAINERS ? "--docker" : "--native"));
      if (CONTAINERS && Boolean.getBoolean("tanada.no-build")) {
        up.add("--no-build");
      }
      if (!CONTAINERS) {
        up.add("--inside-tls"); // so that both ways are seen
      }
      up.addAll(List.of("--port-base", String.valueOf(PORT_BASE)));
      up.addAll(List.of("--http-port", String.valueOf(HTTP_PORT)));
      up.addAll(List.of("--https-port", String.valueOf(HTTPS_PORT)));
      int code = tanada(up.toArray(String[]::new));
      assertThat(code).as(output()).isZero();
      return URI.create("http://localhost:" + HTTP_PORT);
    } catch (IOException e) {
      throw new IllegalStateException("the system does not start", e);
    }
  }

  private static void stop() {
    try {
      if (CONTAINERS) {
        tanada("down", "--purge", "--yes");
      } else {
        tanada("down");
      }
    } catch (IOException e) {
      System.err.println(
          "the system under test may still run: TANADA_HOME=" + HOME + " ./tanada down: " + e);
    }
  }
}
