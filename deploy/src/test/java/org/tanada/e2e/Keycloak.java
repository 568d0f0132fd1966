package org.tanada.e2e;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A real Keycloak with a realm of its own, run from its distribution on Maven Central in a
 * directory of its own; it ends with {@link #close()}.
 */
final class Keycloak implements AutoCloseable {
  private static final int PORT = 28180;

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final String ARTIFACT = "org.keycloak:keycloak-quarkus-dist:";

  final String issuer;
  final String clientSecret = UUID.randomUUID().toString();
  final String userPassword = UUID.randomUUID().toString();
  private final Path log;
  private final Process process;

  /**
   * Starts it.
   *
   * @param distribution the zip
   * @param directory where it is unpacked and keeps its data
   * @param host name or address of this machine, by which browser and servers reach it
   */
  Keycloak(Path distribution, Path directory, String host) throws IOException {
    String address = "http://" + host + ":" + PORT;
    issuer = address + "/realms/tanada";
    Path home = unpack(distribution, directory);
    Path imports = Files.createDirectories(home.resolve("data/import"));
    Files.writeString(imports.resolve("tanada-realm.json"), realm());
    log = directory.resolve("keycloak.log");
    ProcessBuilder builder =
        new ProcessBuilder(
            "bash",
            home.resolve("bin/kc.sh").toString(),
            "start-dev",
            "--import-realm",
            "--http-host=" + host,
            "--http-port=" + PORT,
            "--hostname=" + address);
    builder.environment().put("JAVA_OPTS_KC_HEAP", "-Xms64m -Xmx512m");
    builder.environment().put("JAVA_OPTS_APPEND", "-XX:TieredStopAtLevel=1");
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    builder.redirectInput(new File("/dev/null"));
    process = builder.start();
  }

  /**
   * The distribution of this version, by the Maven that runs the tests.
   *
   * @throws IOException with the reason if it cannot be had
   */
  static Path distribution(Path directory) throws IOException {
    String version = System.getProperty("tanada.keycloak.version", "");
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-q", "dependency:copy"));
    command.add("-Dartifact=" + ARTIFACT + version + ":zip");
    command.add("-DoutputDirectory=" + directory);
    String repository = System.getProperty("tanada.maven.repository");
    if (repository != null) {
      command.add("-Dmaven.repo.local=" + repository);
    }
    Path output = directory.resolve("maven.log");
    Process maven =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .redirectInput(new File("/dev/null"))
            .start();
    try {
      if (!maven.waitFor(5, TimeUnit.MINUTES)) {
        maven.destroy();
        throw new IOException("Maven does not get " + ARTIFACT + version + " within five minutes");
      }
    } catch (InterruptedException e) {
      maven.destroy();
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    Path zip = directory.resolve("keycloak-quarkus-dist-" + version + ".zip");
    if (maven.exitValue() != 0 || !Files.exists(zip)) {
      throw new IOException(
          "Maven does not get " + ARTIFACT + version + ": " + Files.readString(output).strip());
    }
    return zip;
  }

  /** Waits until it shows its realm. */
  void await() throws IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (!shows(client)) {
        if (!process.isAlive() || System.nanoTime() - end > 0) {
          throw new IOException("Keycloak does not start: " + Files.readString(log));
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
      }
    }
  }

  private boolean shows(HttpClient client) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(issuer + "/.well-known/openid-configuration"))
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // not yet
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String realm() throws IOException {
    try (InputStream in = Keycloak.class.getResourceAsStream("keycloak-realm.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("CLIENT-SECRET", clientSecret)
          .replace("USER-PASSWORD", userPassword)
          .replace("FRONT-DOOR", FrontDoor.ADDRESS.toString());
    }
  }

  private static Path unpack(Path distribution, Path directory) throws IOException {
    Path home = null;
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(distribution))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = directory.resolve(entry.getName()).normalize();
        if (!file.startsWith(directory)) {
          throw new IOException("an entry leads out of the directory: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(zip, file);
        }
        home = directory.resolve(directory.relativize(file).getName(0));
      }
    }
    if (home == null) {
      throw new IOException(distribution + " is empty");
    }
    return home;
  }

  @Override
  public void close() {
    // the script runs the server as a child of its own, unless it could become it
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().join();
  }
}
