package org.tanada.router;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;

/**
 * MySQL and memcached in containers. The databases are members of clusters as the product makes
 * them: by the stage of {@code deploy/Dockerfile}, with its settings and its start.
 */
final class MySqlServers extends Servers {
  private static final String IMAGE = "tanada-test-mysql";
  private static final Pattern STAGE =
      Pattern.compile("^FROM \\S+ AS mysql$.*?(?=^FROM |\\z)", Pattern.MULTILINE | Pattern.DOTALL);

  /** What a stage takes from the source, and where to. */
  private static final Pattern COPY = Pattern.compile("^COPY ([^-].*) \\S+$", Pattern.MULTILINE);

  /** What a member reads from {@code /run/secrets}. */
  private static final Map<String, String> SECRETS =
      Map.of(
          "database-root-password", "a-root-password-of-the-tests",
          "replication-password", "a-replication-password-of-tests",
          "analyst-password", "an-analysts-password-of-the-tests",
          "tanada.secret.database-password", PASSWORD);

  private final Engine engine = new Engine();
  private final Network network;
  private final ImageFromDockerfile image;
  private final RemoteDockerImage memcachedImage =
      new RemoteDockerImage(DockerImageName.parse("memcached:1.6"));
  private final MySql one;
  private final MySql replica;
  private final MySql two;
  private final List<Memcached> memcached = new ArrayList<>();

  MySqlServers() throws IOException {
    engine.removeLeftovers();
    network = engine.network();
    image = image();
    one = new MySql("mysql-1-a", "mysql-1-a", true);
    replica = new MySql("mysql-1-b", "mysql-1-b", true);
    two = new MySql("mysql-2-a", "mysql-2-a", false);
    for (int i = 1; i <= 2; i++) {
      memcached.add(new ContainedMemcached("memcached-" + i));
    }
    List<Server> all = new ArrayList<>(List.of(one, two, replica));
    all.addAll(memcached);
    for (Server server : all) {
      server.start();
    }
    all.forEach(Server::awaitUp);
  }

  /**
   * The product's stage alone: an engine builds all stages before the one that is asked for, which
   * are those of the services.
   */
  private static ImageFromDockerfile image() throws IOException {
    Path root = Path.of(System.getProperty("basedir", "")).resolve("..").toRealPath();
    Path dockerfile = root.resolve("deploy/Dockerfile");
    Matcher stage = STAGE.matcher(Files.readString(dockerfile));
    if (!stage.find()) {
      throw new IllegalStateException(dockerfile + " has no stage mysql");
    }
    ImageFromDockerfile image =
        new ImageFromDockerfile(IMAGE, false).withFileFromString("Dockerfile", stage.group());
    Matcher copy = COPY.matcher(stage.group());
    while (copy.find()) {
      for (String source : copy.group(1).split(" ", -1)) {
        image.withFileFromPath(source, root.resolve(source));
      }
    }
    return image;
  }

  @Override
  Database one() {
    return one;
  }

  @Override
  Database replica() {
    return replica;
  }

  @Override
  Database two() {
    return two;
  }

  @Override
  Database fresh(String name) {
    MySql database = new MySql(name, "mysql-9-a", false);
    database.start();
    database.awaitUp();
    await( // a member starts read-only, until it has found out that it is the primary
        name + " takes writes", () -> "0".equals(database.answer("SELECT @@global.read_only")));
    return database;
  }

  /** The members, started, of a new cluster with that number that is a group. */
  List<MySql> group(int cluster) {
    List<MySql> members = new ArrayList<>();
    for (String letter : List.of("a", "b", "c")) {
      members.add(new MySql("mysql-" + cluster + "-" + letter));
    }
    for (MySql member : members) {
      member.start();
    }
    return members;
  }

  @Override
  List<Memcached> memcached() {
    return memcached;
  }

  @Override
  void close() {
    // Testcontainers' own hook removes all containers, with their data
  }

  /** One member of a cluster. */
  final class MySql extends Database {
    private final GenericContainer<?> container;

    /**
     * A member.
     *
     * @param name in the inventory
     * @param member in its cluster, which decides what it does
     * @param paired whether its cluster has a replica
     */
    MySql(String name, String member, boolean paired) {
      super(name);
      container = container(member).withEnv("TANADA_REPLICAS", paired ? "1" : "0");
    }

    /** A member of a group. */
    MySql(String name) {
      super(name);
      container = container(name).withEnv("TANADA_GROUP", "1");
    }

    private GenericContainer<?> container(String member) {
      GenericContainer<?> made =
          engine
              .container(image, 3306, port)
              .withNetwork(network)
              .withNetworkAliases(name)
              .withTmpFs(Map.of("/tmp", ""))
              .withEnv("TANADA_KEEP", "once") // tests make it what they need
              .withEnv("TANADA_NODE", member);
      SECRETS.forEach((secret, value) ->
          made.withCopyToContainer(Transferable.of(value), "/run/secrets/" + secret));
      return made;
    }

    @Override
    void start() {
      engine.start(container);
    }

    @Override
    void awaitUp() {
      await(
          name + " is up",
          () -> {
            try (Connection connection = connect()) {
              return connection.isValid(1);
            }
          });
    }

    @Override
    void kill() {
      engine.kill(container);
    }

    /** Stops it where it is, as a machine that hangs. */
    void pause() {
      engine.pause(container);
    }

    /** Lets it go on. */
    void unpause() {
      engine.unpause(container);
    }

    /** What it has said so far. */
    String log() {
      return container.getLogs();
    }

    @Override
    void hang() {
      engine.pause(container);
    }

    @Override
    void resume() {
      engine.unpause(container);
    }

    @Override
    void remove() {
      container.stop(); // kills it, and removes it with its data
    }

    @Override
    void stopApplying() {
      // who looks after it would start it again
      await(
          name + " is left alone",
          () -> shell("[ ! -e /tmp/left-alone ] || echo yes").equals("yes"));
      root("STOP REPLICA SQL_THREAD");
    }

    @Override
    void resumeApplying() {
      root("START REPLICA SQL_THREAD");
    }

    @Override
    void writable(boolean writable) {
      root(
          writable
              ? "SET GLOBAL super_read_only = 0; SET GLOBAL read_only = 0"
              : "SET GLOBAL super_read_only = 1");
    }

    @Override
    void stopFollowing() {
      root("STOP REPLICA", "RESET REPLICA ALL", "SET GLOBAL super_read_only = 0");
    }

    @Override
    void follow(Database other) {
      root(
          "SET GLOBAL super_read_only = 1",
          "STOP REPLICA",
          "CHANGE REPLICATION SOURCE TO SOURCE_HOST='"
              + other.name
              + "', SOURCE_PORT=3306, SOURCE_USER='replication', SOURCE_PASSWORD='"
              + SECRETS.get("replication-password")
              + "', SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=1, GET_SOURCE_PUBLIC_KEY=1",
          "START REPLICA");
    }

    @Override
    void forgetErrant() {
      root(
          "STOP REPLICA",
          "SET @others = GTID_SUBTRACT(@@global.gtid_executed, CONCAT(@@server_uuid, ':1-1000000'))",
          "RESET BINARY LOGS AND GTIDS",
          "SET GLOBAL gtid_purged = @others",
          "START REPLICA");
    }

    /** As the operator does it by hand: root comes through the socket alone. */
    @Override
    void root(String... statements) {
      answer(String.join("; ", statements));
    }

    /** The same, and what it prints. */
    String answer(String statement) {
      return shell(
          "MYSQL_PWD=$(cat /run/secrets/database-root-password)"
              + " mysql --no-defaults -uroot -S /tmp/mysql.sock -BNe \"$0\"",
          statement);
    }

    /** Runs a command in it, and gives what it prints. */
    String shell(String command, String... arguments) {
      List<String> words = new ArrayList<>(List.of("bash", "-c", command));
      words.addAll(List.of(arguments));
      try {
        ExecResult result = container.execInContainer(words.toArray(String[]::new));
        if (result.getExitCode() != 0) {
          throw new IllegalStateException(words + ": " + result.getStderr());
        }
        return result.getStdout().strip();
      } catch (IOException e) {
        throw new IllegalStateException(command, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(command, e);
      }
    }
  }

  private final class ContainedMemcached extends Memcached {
    private final GenericContainer<?> container;

    ContainedMemcached(String name) {
      super(name);
      container =
          engine
              .container(memcachedImage, 11211, port)
              .withCommand("memcached", "-U", "0", "-m", "16");
    }

    @Override
    void start() {
      engine.start(container);
    }

    @Override
    void kill() {
      engine.kill(container);
    }

    @Override
    void hang() {
      engine.pause(container);
    }

    @Override
    void resume() {
      engine.unpause(container);
    }
  }
}
