package org.tanada.common.blob.testing;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A real S3 server, s3proxy on a directory, in a process of its own: it compares signatures,
 * checksums and conditions. The module has {@code maven-antrun-plugin} among its plugins, which
 * writes where its libraries are.
 */
public final class S3Server implements AutoCloseable {
  /** The bucket that it has. */
  public static final String BUCKET = "tanada-test";

  /** The key that it knows. */
  public static final String KEY = "key-of-the-tests";

  /** What belongs to the key. */
  public static final String SECRET = "secret-of-the-tests";

  private final Path root;
  private final int port;
  private Process process;

  /** Starts one with an empty bucket beneath the directory. */
  public S3Server(Path root) throws IOException {
    this.root = root;
    try (ServerSocket free = new ServerSocket(0)) {
      this.port = free.getLocalPort();
    }
    Files.createDirectories(data().resolve(BUCKET));
    Files.writeString(
        root.resolve("s3proxy.conf"),
        """
        s3proxy.endpoint=http://127.0.0.1:%d
        s3proxy.authorization=aws-v4
        s3proxy.identity=%s
        s3proxy.credential=%s
        jclouds.provider=filesystem-nio2
        jclouds.filesystem.basedir=%s
        """
            .formatted(port, KEY, SECRET, data()));
    Files.writeString(
        root.resolve("logback.xml"),
        """
        <configuration>
          <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%d %p %c %m%n</pattern></encoder>
          </appender>
          <root level="WARN"><appender-ref ref="out"/></root>
        </configuration>
        """);
    credentials("credentials", SECRET);
    start();
  }

  /** Starts it again, where it was. */
  public void start() throws IOException {
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx192m",
                "-XX:+UseSerialGC",
                "-Dlogback.configurationFile=" + root.resolve("logback.xml"),
                "-cp",
                Files.readString(Path.of("target", "s3proxy.classpath")),
                "org.gaul.s3proxy.Main",
                "--properties",
                root.resolve("s3proxy.conf").toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(root.resolve("s3.log").toFile()))
            .start();
    Instant end = Instant.now().plusSeconds(120);
    while (!answers()) {
      if (Instant.now().isAfter(end)) {
        throw new IllegalStateException("s3proxy does not answer: see " + root.resolve("s3.log"));
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** Its address. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("s3proxy ended: see " + root.resolve("s3.log"));
    }
    try {
      HttpURLConnection connection = (HttpURLConnection) address().toURL().openConnection();
      return connection.getResponseCode() > 0;
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Lets it hang: connections are taken, and nothing is answered. */
  public void hang() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** Lets it go on. */
  public void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int status =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    if (status != 0) {
      throw new IOException("kill -" + name + " answered " + status);
    }
  }

  /** A node's settings for it. */
  public String[] settings(String... more) {
    List<String> settings =
        List.of(
            "tanada.storage.backend=s3",
            "tanada.storage.s3.endpoint=" + address(),
            "tanada.storage.s3.region=us-east-1",
            "tanada.storage.s3.bucket=" + BUCKET,
            "tanada.storage.s3.prefix=of-tests/",
            "tanada.storage.s3.path-style=true",
            "tanada.storage.s3.part-size=5MB",
            "tanada.storage.s3.read-timeout=5s",
            "tanada.storage.s3.check-interval=100ms",
            "tanada.storage.s3.credentials=" + root.resolve("credentials"));
    return Stream.concat(settings.stream(), Stream.of(more)).toArray(String[]::new);
  }

  /** Writes a file of credentials. */
  public Path credentials(String name, String secret) throws IOException {
    return Files.writeString(
        root.resolve(name),
        "[default]\naws_access_key_id=%s\naws_secret_access_key=%s\n".formatted(KEY, secret));
  }

  /** Credentials that the server knows nothing of. */
  public Path wrongCredentials() throws IOException {
    return credentials("wrong", "another-secret");
  }

  /** The objects of the bucket whose key has the given part, each as a file. */
  public List<Path> objects(String part) throws IOException {
    Path bucket = data().resolve(BUCKET);
    try (Stream<Path> all = Files.walk(bucket)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> bucket.relativize(file).toString().contains(part))
          .toList();
    }
  }

  private Path data() {
    return root.resolve("s3");
  }

  @Override
  public void close() {
    kill();
  }
}
