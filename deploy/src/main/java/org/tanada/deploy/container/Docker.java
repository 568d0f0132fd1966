package org.tanada.deploy.container;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.state.OperatorException;

/** The Docker engine of this machine, by its own command line. */
public final class Docker {
  private static final Duration QUICK = Duration.ofSeconds(60);
  private static final Duration REMOVE = Duration.ofMinutes(3);

  /** What the compose file needs: engine and compose, major and minor. */
  private static final int ENGINE = 24_000;

  private static final int COMPOSE = 2_024;

  private static final Pattern VERSION = Pattern.compile("v?(\\d+)\\.(\\d+).*", Pattern.DOTALL);

  private final String program;
  private final Path directory;

  private Docker(String program, Path directory) {
    this.program = program;
    this.directory = directory;
  }

  /**
   * The engine.
   *
   * @param directory where its commands run: the clone
   * @throws OperatorException if Docker is not installed
   */
  public static Docker of(Path directory) {
    return of(Binaries.find("docker"), directory);
  }

  static Docker of(Optional<Path> program, Path directory) {
    return new Docker(
        program
            .map(Path::toString)
            .orElseThrow(() ->
                new OperatorException(
                    "Docker is not installed: install it (docs.docker.com/engine/install), or"
                        + " deploy/offline/up.sh, or run natively without --docker")),
        directory);
  }

  /**
   * Checks that engine and compose answer and are new enough.
   *
   * @throws OperatorException that says what is missing
   */
  public void check() throws IOException {
    Answer engine = run(QUICK, List.of("version", "--format", "{{.Server.Version}}"));
    if (engine.code() != 0) {
      boolean denied = engine.error().contains("permission denied");
      throw new OperatorException(
          denied
              ? "this user may not use Docker: sudo usermod -aG docker $USER, then sign in again"
              : "the Docker engine does not run: start it (sudo systemctl start docker, or"
                  + " deploy/offline/up.sh where there is no registry)");
    }
    needAtLeast("the Docker engine", engine.output(), ENGINE);
    Answer compose = run(QUICK, List.of("compose", "version", "--short"));
    if (compose.code() != 0) {
      throw new OperatorException("docker compose is missing: install the compose plugin, 2.24+");
    }
    needAtLeast("docker compose", compose.output(), COMPOSE);
  }

  /** Whether Docker is installed, and an engine runs that this user may use. */
  public static boolean runs(Path directory) throws IOException {
    return Binaries.find("docker").isPresent() && of(directory).answers();
  }

  /**
   * Removes all containers, networks and volumes of a compose project, whoever has made them.
   *
   * @throws OperatorException if it cannot
   */
  public void remove(String project) throws IOException {
    Answer answer =
        run(
            REMOVE,
            List.of("compose", "-p", project, "down", "-v", "--remove-orphans", "--timeout", "5"));
    if (answer.code() != 0) {
      throw new OperatorException("docker compose down failed: " + answer.why());
    }
  }

  private boolean answers() throws IOException {
    return run(QUICK, List.of("version", "--format", "{{.Server.Version}}")).code() == 0;
  }

  /** Fails if a version, {@code 2.26.1-4}, is older than {@code 1000 · major + minor}. */
  static void needAtLeast(String what, String version, int least) {
    Matcher matcher = VERSION.matcher(version.strip());
    if (!matcher.matches()) {
      throw new OperatorException(what + " does not say its version: " + version.strip());
    }
    int found = Integer.parseInt(matcher.group(1)) * 1000 + Integer.parseInt(matcher.group(2));
    if (found < least) {
      throw new OperatorException(
          what
              + " is "
              + version.strip()
              + ", and "
              + least / 1000
              + "."
              + least % 1000
              + " or newer is needed: update it");
    }
  }

  /**
   * What a command answered.
   *
   * @param code its exit code
   * @param output what it printed
   * @param error what it complained of
   */
  record Answer(int code, String output, String error) {
    /** The last line of the complaint, which says why. */
    String why() {
      List<String> lines = error.strip().lines().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty() ? "exit code " + code : lines.getLast().strip();
    }
  }

  /** Runs a command to its end; one that takes longer than the limit is ended. */
  Answer run(Duration limit, List<String> arguments) throws IOException {
    return run(limit, Map.of(), arguments);
  }

  /** The same with more in its environment. */
  Answer run(Duration limit, Map<String, String> environment, List<String> arguments)
      throws IOException {
    File error = File.createTempFile("tanada", ".err");
    try {
      Process process = builder(environment, arguments).redirectError(error).start();
      Thread guard =
          Thread.startVirtualThread(() -> {
            try {
              if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
              }
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt(); // it ended in time
            }
          });
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      guard.interrupt();
      String complaint = java.nio.file.Files.readString(error.toPath());
      return new Answer(code, output, complaint);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      if (!error.delete()) {
        error.deleteOnExit();
      }
    }
  }

  /**
   * What a quick command prints.
   *
   * @throws OperatorException with what it complains of if it fails
   */
  String output(String... arguments) throws IOException {
    Answer answer = run(QUICK, List.of(arguments));
    if (answer.code() != 0) {
      throw new OperatorException("docker " + arguments[0] + " failed: " + answer.why());
    }
    return answer.output();
  }

  /** A command that is about to be started, with an empty input. */
  ProcessBuilder builder(Map<String, String> environment, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile());
    builder.environment().putAll(environment);
    builder.redirectInput(new File("/dev/null"));
    return builder;
  }
}
