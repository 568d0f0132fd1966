package org.tanada.deploy.state;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds everything an installation keeps, {@code .tanada} in the clone unless
 * {@code TANADA_HOME} names another.
 *
 * @param root the clone, with the modules' jars
 * @param directory the state
 */
public record Home(Path root, Path directory) {
  /** The installation that the environment names. */
  public static Home fromEnvironment() {
    String root = setting("TANADA_ROOT", "tanada.root");
    Path clone = Path.of(root == null ? "." : root).toAbsolutePath().normalize();
    String home = setting("TANADA_HOME", "tanada.home");
    Path directory = home == null || home.isBlank() ? clone.resolve(".tanada") : Path.of(home);
    return new Home(clone, directory.toAbsolutePath().normalize());
  }

  /** A variable of the environment, unless the JVM's property says otherwise. */
  private static @Nullable String setting(String variable, String property) {
    String given = System.getProperty(property);
    return given == null ? System.getenv(variable) : given;
  }

  /** Random strings that are made once. */
  public Path secrets() {
    return directory.resolve("secrets");
  }

  /** Of the local certificate authority. */
  public Path ca() {
    return directory.resolve("ca");
  }

  /** What one node keeps: {@code data conf log secrets}. */
  public Path node(String name) {
    return directory.resolve("nodes").resolve(name);
  }

  /** A node's standard output and error. */
  public Path log(String name) {
    return node(name).resolve("log").resolve(name + ".log");
  }

  /** Who is there: watched by every service. */
  public Path inventory() {
    return directory.resolve("inventory.yml");
  }

  /** The tiers and the numbers of their nodes. */
  public Path topology() {
    return directory.resolve("topology.yml");
  }

  /** What belongs to the shelf of boards: its own secrets and authority. */
  public Home shelf() {
    return new Home(root, directory.resolve("shelf"));
  }

  /** There when the nodes are containers: which ones are ours. */
  public Path containers() {
    return directory.resolve("containers.json");
  }

  /** What building and starting containers printed last. */
  public Path containersLog() {
    return directory.resolve("containers.log");
  }

  /** What the operator wants; written by commands under {@link #lock()}. */
  public Path desired() {
    return directory.resolve("desired.json");
  }

  /** What the supervisor sees; written by it alone. */
  public Path observed() {
    return directory.resolve("observed.json");
  }

  /** Held while a command changes the desired state. */
  public Path lock() {
    return directory.resolve("lock");
  }

  /** Held by the supervisor as long as it lives. */
  public Path supervisorLock() {
    return directory.resolve("supervisor.lock");
  }

  /** What the supervisor did. */
  public Path supervisorLog() {
    return directory.resolve("supervisor.log");
  }

  /** The ends of the audit log's chains as they were last seen: kept outside the databases. */
  public Path auditHeads() {
    return directory.resolve("audit-heads.json");
  }

  /** Extracted jars and AOT caches, by module and hash. */
  public Path lib() {
    return directory.resolve("lib");
  }
}
