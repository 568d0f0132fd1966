package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.tanada.deploy.backup.BackupAge;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.backup.Export;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;

/**
 * Backups of a system of containers. Whatever reads databases, volumes and the repository runs in
 * containers of the compose file's service {@code backup}, by the commands that native systems have
 * for it; here is what surrounds them.
 */
public final class ContainerBackups {
  /** Where the repository is in those containers. */
  public static final String REPOSITORY = "/repository";

  private static final Tier TIER = new Tier("backup", 1, List.of());
  private static final String RESTORED = "/state/backup/restored";
  private static final String PASSWORD = "/state/backup/password";
  private static final String LOST = "/lost";
  private static final Path NOTHING = Path.of("/dev/null");
  private static final Duration QUICK = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofHours(2);

  /** Where the copy of a repository is that is made. */
  private static final String COPY = "/copy";

  /** What the command line needs beside its jar, and what the compose file names. */
  static final List<String> PROGRAM =
      List.of("docker-compose.yml", "small.env", "nginx", "deploy/image");

  /** Who services run as. */
  private static final String USER = "10001:10001";

  /** What there is, for whoever asks in there. */
  private static final String TELL =
      """
      set -e; umask 077
      printf %s "$1" >/state/topology.yml.next; mv /state/topology.yml.next /state/topology.yml
      printf %s "$2" >/state/containers.json
      """;

  /** The content of each file on a line, which is empty where there is none. */
  private static final String AGES =
      """
      for name; do [ ! -e "/state/backup/$name" ] || tr -d '\\n' <"/state/backup/$name"; echo; done
      """;

  private final Home home;
  private final Docker docker;
  private final Compose compose;
  private final Containers containers;
  private final String project;

  ContainerBackups(
      Home home, Docker docker, Compose compose, Containers containers, String project) {
    this.home = home;
    this.docker = docker;
    this.compose = compose;
    this.containers = containers;
    this.project = project;
  }

  private Topology topology() throws IOException {
    return TopologyFile.read(home.topology());
  }

  /**
   * Makes sure that the node that ships logs runs, and knows all databases.
   *
   * @param repository a directory of this machine, or an address that restic takes
   * @throws OperatorException if the system does not run, or the node does not come up
   */
  public void begin(String repository) throws IOException {
    Container database =
        containers.all().stream()
            .filter(c -> c.running() && c.service().startsWith("mysql-"))
            .findFirst()
            .orElseThrow(() -> new OperatorException("nothing runs here: run ./tanada up"));
    if (BackupSetup.local(repository)) {
      own(Path.of(repository), database);
    }
    BackupSetup.remember(home, repository);
    Topology topology = topology();
    if (topology.tier(TIER.name()).isEmpty()) {
      List<Tier> tiers = new ArrayList<>(topology.tiers());
      tiers.add(TIER);
      topology = topology.withTiers(tiers);
      StateFiles.write(home.topology(), TopologyFile.write(topology));
    }
    inside(
        topology,
        "bash",
        "-c",
        TELL,
        "tell",
        TopologyFile.write(topology),
        StateFiles.json(Map.of("project", project)));
    Path keys = home.secrets().resolve(BackupSetup.ENVIRONMENT);
    if (Files.exists(keys)) {
      bring(topology, keys, "/state/secrets/" + BackupSetup.ENVIRONMENT);
    }
    compose.run(
        topology,
        text -> {},
        List.of(
            "up", "-d", "--no-deps", "--no-build", "--wait", "--wait-timeout", "180", "backup"));
  }

  /** The same repository, as it is called in those containers. */
  public static String inside(String repository) {
    return BackupSetup.local(repository) ? REPOSITORY : repository;
  }

  /** Brings a file into a volume. */
  private void bring(Topology topology, Path file, String to) throws IOException {
    List<String> words =
        List.of("--entrypoint", "bash", "backup", "-c", "umask 077; cat >\"$0\"", to);
    if (compose.attached(topology, once(words), file) != 0) {
      throw new OperatorException(file + " could not be brought into the volume of the secrets");
    }
  }

  /** A directory that is new belongs to whom services run as. */
  private void own(Path repository, Container database) throws IOException {
    own(docker, repository, database.image());
  }

  /** The same by an image that there is. */
  static void own(Docker docker, Path repository, String image) throws IOException {
    if (Files.exists(repository) && !StateFiles.empty(repository)) {
      return;
    }
    Files.createDirectories(repository);
    Docker.Answer answer =
        docker.run(
            QUICK,
            List.of(
                "run",
                "--rm",
                "--user",
                "0",
                "--network",
                "none",
                "--entrypoint",
                "chown",
                "--volume",
                repository + ":" + REPOSITORY,
                image,
                USER,
                REPOSITORY));
    if (answer.code() != 0) {
      throw new OperatorException(repository + " cannot be written to: " + answer.why());
    }
  }

  /** As words of compose: a container of its own, for one program. */
  private static List<String> once(List<String> words) {
    List<String> command = new ArrayList<>(List.of("run", "--rm", "--no-deps", "-T"));
    command.addAll(words);
    return command;
  }

  /** A command of {@code ./tanada} in such a container. */
  private static List<String> tanada(List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("backup"));
    words.addAll(arguments);
    return words;
  }

  /** Runs a program in one of those containers, and tells what it prints. */
  private String inside(Topology topology, String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of("--entrypoint", program, "backup"));
    words.addAll(List.of(arguments));
    return compose.output(topology, once(words));
  }

  /**
   * Runs a command of {@code ./tanada} in one of those containers; it prints where we do.
   *
   * @return its exit code
   */
  public int run(List<String> arguments) throws IOException {
    return compose.attached(topology(), once(tanada(arguments)), NOTHING);
  }

  /**
   * Runs a command of {@code ./tanada} in one of those containers; what it prints goes to a log.
   *
   * @param say is shown it, too
   * @throws OperatorException with the reason if it fails
   */
  public void run(List<String> arguments, Consumer<String> say) throws IOException {
    compose.run(topology(), programs(say), once(tanada(arguments)));
  }

  /** Notes here how old the newest backups are, if that is known by a node that runs. */
  public void noteAge() throws IOException {
    Optional<Container> node =
        containers.all().stream()
            .filter(c -> c.running() && c.service().equals(TIER.name()))
            .findFirst();
    if (node.isPresent()) {
      List<String> words = new ArrayList<>(List.of("exec", node.get().id(), "bash", "-c", AGES));
      words.add("ages");
      words.addAll(BackupAge.names());
      Docker.Answer answer = docker.run(QUICK, words);
      if (answer.code() == 0) { // else it has just ended: what is known here stays
        List<String> contents = List.of(answer.output().split("\n", -1));
        BackupAge.note(home, contents.subList(0, BackupAge.names().size()));
      }
    }
  }

  /** Takes the password of the repository here, where an operator finds it. */
  public Path takePassword() throws IOException {
    String name = Secrets.BACKUP_PASSWORD;
    StateFiles.privateDirectory(home.secrets());
    StateFiles.write(
        home.secrets().resolve(name), inside(topology(), "cat", "/state/secrets/" + name));
    return home.secrets().resolve(name);
  }

  /**
   * Leaves a set on a disk that needs nothing else but Docker and the password, or brings the one
   * that is there up to date.
   *
   * @param disk a directory, as a rule where a disk is mounted
   * @return the set's own directory
   */
  public Path export(Path disk, Consumer<String> say) throws IOException {
    Path set = Export.set(disk);
    Topology topology = topology();
    List<String> images = compose.output(topology, List.of("config", "--images")).lines().toList();
    String own =
        images.stream().filter(name -> name.contains("/backup:")).findFirst().orElseThrow();
    Path repository = set.resolve("repository");
    own(docker, repository, own);
    List<String> words = new ArrayList<>(List.of("--volume", repository + ":" + COPY));
    words.addAll(tanada(List.of("backup", "export", COPY)));
    compose.run(topology, programs(say), once(words));
    say.accept("copying the images");
    Path fresh = set.resolve("images.tar.part");
    List<String> save = new ArrayList<>(List.of("save", "--output", fresh.toString()));
    save.addAll(new TreeSet<>(images));
    Docker.Answer saved = docker.run(LONG, save);
    if (saved.code() != 0) {
      throw new OperatorException("the images cannot be copied: " + saved.why());
    }
    Files.move(fresh, set.resolve("images.tar"), StandardCopyOption.REPLACE_EXISTING);
    say.accept("copying this version of Tanada");
    Export.program(home.root(), set, List.of(Export.COMMAND_LINE), PROGRAM);
    Files.writeString(
        set.resolve(Export.README),
        Export.readme(
            "README-containers.txt",
            Map.of(
                "backups",
                    compose.output(topology, once(tanada(List.of("backup", "list")))).strip(),
                "restic", inside(topology, "restic", "version").strip(),
                "database", inside(topology, "mysqld", "--version").strip(),
                "image", own)));
    return set;
  }

  /** Without what compose itself says of the container and its surroundings. */
  private static Consumer<String> programs(Consumer<String> say) {
    return line -> {
      if (!line.strip().matches("(Container|Network|Volume) .*")) {
        say.accept(line.strip());
      }
    };
  }

  /**
   * Restores into a new system: a state directory of its own, and volumes of its own.
   *
   * @param directory which is not there, or empty
   * @param options of {@code restore} that say to which moment
   * @return its exit code; on 0 the system can be started
   */
  public int beside(Path directory, List<String> options) throws IOException {
    StateFiles.needNew(directory);
    int code = restore(options);
    if (code == 0) {
      Home fresh = new Home(home.root(), directory);
      StateFiles.privateDirectory(directory);
      String name = project + "-" + name(directory);
      Compose other = new Compose(fresh, docker, name);
      take(fresh, name, other);
    }
    return code;
  }

  /** Makes a state directory and its volumes of what was restored. */
  private void take(Home fresh, String name, Compose other) throws IOException {
    StateFiles.write(fresh.topology(), inside(topology(), "cat", RESTORED + "/topology.yml"));
    Topology topology = TopologyFile.read(fresh.topology());
    ContainerInstallation.make(fresh, topology, name);
    refill(other, topology, "new");
    inside(topology, "rm", "-rf", RESTORED);
  }

  /**
   * Restores a system that is lost into a new one, by its repository alone.
   *
   * @param clone with the compose file
   * @param repository a directory of this machine, or an address that restic takes: keys of S3 are
   *     taken from the environment
   * @param password the file with its password
   * @param directory which is not there, or empty
   * @param options of {@code restore} that say to which moment
   * @return its exit code; on 0 the system can be started
   */
  public static int ofLost(
      Path clone, String repository, Path password, Path directory, List<String> options)
      throws IOException {
    StateFiles.needNew(directory);
    List<Path> needed = new ArrayList<>(List.of(password));
    if (BackupSetup.local(repository)) {
      needed.add(Path.of(repository));
    }
    for (Path each : needed) {
      if (!Files.isReadable(each)) {
        throw new OperatorException("there is no " + each + " that can be read");
      }
    }
    Docker docker = Docker.of(clone);
    docker.check();
    Home fresh = new Home(clone, directory);
    StateFiles.privateDirectory(directory);
    StateFiles.write(fresh.topology(), TopologyFile.write(TopologyFile.shipped(false)));
    String name = "tanada-" + name(directory);
    Compose compose = new Compose(fresh, docker, name);
    ContainerBackups backups =
        new ContainerBackups(fresh, docker, compose, new Containers(docker, name, clone), name);
    return backups.restoreFrom(repository, password, options);
  }

  private int restoreFrom(String repository, Path password, List<String> options)
      throws IOException {
    bring(topology(), password, PASSWORD);
    List<String> words = new ArrayList<>();
    if (BackupSetup.local(repository)) {
      words.addAll(List.of("--volume", repository + ":" + LOST));
    } else {
      System.getenv().keySet().stream()
          .filter(name -> name.startsWith("AWS_"))
          .forEach(name -> words.addAll(List.of("--env", name)));
    }
    String from = BackupSetup.local(repository) ? LOST : repository;
    words.addAll(List.of("backup", "restore", "--from", from));
    words.addAll(List.of("--password-file", PASSWORD, "--into", RESTORED));
    words.addAll(options);
    int code = compose.attached(topology(), once(words), NOTHING);
    if (code == 0) {
      take(home, project, compose);
    } else {
      // nothing is left of it: the same directory can be named again
      docker.remove(project);
      StateFiles.deleteTree(home.directory());
    }
    return code;
  }

  /**
   * What a restore in place would take away; nothing may run while it is asked and done.
   *
   * @param options of {@code restore} that say to which moment
   * @return what {@code restore --loss} answers, as JSON
   */
  public String loss(List<String> options) throws IOException {
    if (containers.all().stream().anyMatch(Container::running)) {
      throw new OperatorException(
          "containers run here: ./tanada down first, or restore --into another place");
    }
    List<String> words = new ArrayList<>(List.of("restore", "--loss", "--json"));
    words.addAll(options);
    return compose.output(topology(), once(tanada(words)));
  }

  /**
   * Restores in the stead of what is in the volumes, which stays in them beside.
   *
   * @return its exit code; on 0 the system can be started
   */
  public int inPlace(List<String> options) throws IOException {
    int code = restore(options);
    if (code == 0) {
      replace();
    }
    return code;
  }

  /**
   * The same; what it prints goes to a log.
   *
   * @throws OperatorException with the reason if it fails
   */
  public void inPlace(List<String> options, Consumer<String> say) throws IOException {
    run(ready(options), say);
    replace();
  }

  private void replace() throws IOException {
    refill(compose, topology(), "stead");
    // what is written from now on does not go on from the logs of before
    inside(
        topology(),
        "bash",
        "-c",
        "n=$(cat /state/backup/timeline 2>/dev/null || echo 1); echo $((n + 1)) >/state/backup/timeline");
    inside(topology(), "rm", "-rf", RESTORED);
  }

  /** Deletes the data of all nodes, of which none may run. */
  public void destroy() throws IOException {
    compose.run(topology(), text -> {}, once(List.of("restore", "destroy")));
  }

  private int restore(List<String> options) throws IOException {
    return run(ready(options));
  }

  /** The command, when there is room for what it makes. */
  private List<String> ready(List<String> options) throws IOException {
    refuseAddedPurposes();
    inside(topology(), "rm", "-rf", RESTORED); // of a run that was cut off
    List<String> command = new ArrayList<>(List.of("restore", "--into", RESTORED));
    command.addAll(options);
    return command;
  }

  /** Their volumes are known to no container that could fill them. */
  private void refuseAddedPurposes() throws IOException {
    for (Tier tier : topology().tiers()) {
      if (tier.kind() == Kind.STORAGE && !Purpose.shipped(tier.name())) {
        throw new OperatorException(
            "in containers nothing is restored yet where a purpose was added: " + tier.name());
      }
    }
  }

  private void refill(Compose system, Topology topology, String how) throws IOException {
    system.run(
        topology,
        text -> {},
        once(List.of("--volume", project + "_backup:/from:ro", "restore", how)));
  }

  /** As compose takes it in a project's name. */
  private static String name(Path directory) {
    return String.valueOf(directory.getFileName())
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-");
  }
}
