package org.tanada.deploy.container;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.Topology;

/** Runs {@code docker compose} on the clone's own compose file, with what the topology says. */
final class Compose {
  /** For a command in a container that is made for it. */
  private static final Duration QUICK = Duration.ofMinutes(2);

  private static final int METRICS = 1810;

  private final Home home;
  private final Docker docker;
  private final String project;
  private final Clusters clusters;
  private final ContainerPurposes purposes;

  Compose(Home home, Docker docker, String project) {
    this.home = home;
    this.docker = docker;
    this.project = project;
    this.clusters = new Clusters(home);
    this.purposes = new ContainerPurposes(home);
  }

  /**
   * Runs a command to its end; what it prints goes to a log.
   *
   * @param topology what the variables of the compose file are to say
   * @param live is shown what goes on
   * @throws OperatorException with the reason if it fails
   */
  void run(Topology topology, Consumer<String> live, List<String> arguments) throws IOException {
    List<String> command = command(topology, "plain", arguments);
    Process process =
        docker.builder(environment(topology), command).redirectErrorStream(true).start();
    List<String> tail = new ArrayList<>();
    try (PrintWriter log =
            new PrintWriter(
                Files.newBufferedWriter(
                    home.containersLog(),
                    java.nio.file.StandardOpenOption.CREATE,
                    java.nio.file.StandardOpenOption.APPEND),
                true);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      log.println("$ docker " + String.join(" ", command));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.println(line);
        tail.add(line);
        if (tail.size() > 200) {
          tail.removeFirst();
        }
        live.accept("  " + line.strip());
      }
    }
    // what it prints has ended, and so has it
    if (process.onExit().join().exitValue() != 0) {
      throw new OperatorException(
          "docker compose "
              + arguments.getFirst()
              + " failed: "
              + reason(tail)
              + "; all of it: "
              + home.containersLog());
    }
  }

  private List<String> command(Topology topology, String progress, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("compose", "--progress", progress));
    for (Path file : files(topology)) {
      command.addAll(List.of("--file", file.toString()));
    }
    for (Path file : environmentFiles(topology)) {
      command.addAll(List.of("--env-file", file.toString()));
    }
    command.addAll(arguments);
    return command;
  }

  /**
   * What a quick command prints.
   *
   * @throws OperatorException with the reason if it fails
   */
  String output(Topology topology, List<String> arguments) throws IOException {
    Docker.Answer answer =
        docker.run(QUICK, environment(topology), command(topology, "quiet", arguments));
    if (answer.code() != 0) {
      throw new OperatorException("docker compose failed: " + answer.why());
    }
    return answer.output();
  }

  /**
   * Runs a command that prints where we do.
   *
   * @param input a file that it reads
   * @return its exit code
   */
  int attached(Topology topology, List<String> arguments, Path input) throws IOException {
    return docker
        .builder(environment(topology), command(topology, "quiet", arguments))
        .redirectInput(input.toFile())
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start()
        .onExit()
        .join()
        .exitValue();
  }

  /** The line that says why: what a build's tools say, else the last one. */
  static String reason(List<String> lines) {
    for (String line : lines) {
      String small = line.toLowerCase(Locale.ROOT);
      if (small.contains("no space left on device")) {
        return "the disk is full: free some room (docker system prune), and run it again";
      }
      if (small.contains("port is already allocated") || small.contains("address already in use")) {
        return "a port is in use: choose others with --http-port, --https-port: " + line.strip();
      }
    }
    List<String> said = lines.stream().map(String::strip).filter(l -> !l.isEmpty()).toList();
    return said.reversed().stream()
        .filter(
            line -> line.contains("ERROR") || line.contains("rror:") || line.contains("unhealthy"))
        .findFirst()
        .orElse(said.isEmpty() ? "it said nothing" : said.getLast());
  }

  /** Those that compose is to read beside or in place of what it reads by itself. */
  private List<Path> files(Topology topology) throws IOException {
    List<Path> files = new ArrayList<>(clusters.files(topology));
    Optional<Path> more = purposes.file(topology);
    if (more.isPresent()) {
      if (files.isEmpty()) {
        files.addAll(Clusters.ownFiles(home));
      }
      files.add(more.get());
    }
    return files;
  }

  /** An operator's own {@code .env} stays in force; the least system has settings of its own. */
  private List<Path> environmentFiles(Topology topology) throws IOException {
    List<Path> files = new ArrayList<>();
    Path own = home.root().resolve(".env");
    if (Files.exists(own)) {
      files.add(own);
    }
    if (topology.tier("mysql-2").isEmpty() && !clusters.removed().contains("mysql-2")) {
      files.add(home.root().resolve("small.env"));
    }
    return files;
  }

  /** One of the operator's files, unless the variable names another one. */
  private void own(Map<String, String> environment, String variable, String name) {
    Path file = home.secrets().resolve(name);
    if (System.getenv(variable) == null && Files.exists(file)) {
      environment.put(variable, file.toString());
    }
  }

  private Map<String, String> environment(Topology topology) throws IOException {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("TANADA_PROJECT", project);
    environment.put("TANADA_HTTP_PORT", Integer.toString(topology.ports().http()));
    environment.put("TANADA_HTTPS_PORT", Integer.toString(topology.ports().https()));
    topology
        .tier("edge")
        .ifPresent(tier -> environment.put("TANADA_COPIES", Integer.toString(tier.nodes())));
    if (topology.tls()) {
      environment.put("TANADA_INSIDE_TLS", "1");
    }
    environment.put("TANADA_PURPOSE_TIERS", ContainerPurposes.tiers(topology));
    if (topology.groups()) {
      environment.put("TANADA_GROUP", "1");
      environment.put("TANADA_REPLICAS", "1");
    }
    if (topology.tier("backup").isPresent()) {
      environment.put("TANADA_BACKUP", "1");
    }
    environment.put("TANADA_BACKUP_PORT", Integer.toString(metrics(topology.ports().http())));
    BackupSetup.repository(home)
        .filter(BackupSetup::local)
        .ifPresent(directory -> environment.put("TANADA_REPOSITORY", directory));
    own(environment, "TANADA_PROVIDERS", Secrets.PROVIDERS);
    own(environment, "TANADA_MAIL", Secrets.MAIL);
    Path settings = Path.of(System.getProperty("user.home"), ".m2", "settings.xml");
    if (System.getenv("MAVEN_SETTINGS") == null && Files.isReadable(settings)) {
      environment.put("MAVEN_SETTINGS", settings.toString()); // the mirror that this machine uses
    }
    return environment;
  }

  /** Where this machine has the metrics of backups: as natively 9890 beside 8080. */
  static int metrics(int http) {
    return http + METRICS < 65_536 ? http + METRICS : http - METRICS;
  }

  /** The numbers of nodes, as options of {@code up}. */
  static List<String> scale(Topology topology) {
    List<String> options = new ArrayList<>();
    new java.util.TreeMap<>(Containers.counts(topology.tiers()))
        .forEach((service, count) -> options.addAll(List.of("--scale", service + "=" + count)));
    return options;
  }
}
