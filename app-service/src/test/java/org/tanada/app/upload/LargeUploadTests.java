package org.tanada.app.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.tanada.app.AppApplication;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.OtherTiers;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.testing.Poll;
import org.tanada.common.testing.Ports;
import org.tanada.common.testing.Zeros;

/**
 * An upload of more than 2 GB through an app server that is a process of its own and has the memory
 * that it is shipped with, at whose end it would end itself.
 */
@Timeout(900)
@EnabledIfSystemProperty(
    named = "tanada.test.nightly",
    matches = "true",
    disabledReason = "writes 2 GB to the disk: give -Dtanada.test.nightly=true")
class LargeUploadTests {
  private static final long SIZE = (1L << 31) + 12_345; // what no int counts
  private static final byte[] HEAD = {0, 0, 0, 24, 'f', 't', 'y', 'p', 'i', 's', 'o', 'm'};

  @TempDir private Path directory;

  /** An app server among other tiers that are in its own memory, but for the files. */
  static final class Server {
    private Server() {}

    /** Starts it. */
    public static void main(String[] arguments) {
      new SpringApplicationBuilder(OtherTiers.class, AppApplication.class).run(arguments);
    }
  }

  @Test
  void passesInTheMemoryThatAnAppServerIsShippedWith() throws Exception {
    int port = Ports.free();
    Process server = start(port);
    try {
      Client anybody = new Client(port);
      Poll.until("the app server is ready", () -> server.isAlive() && ready(anybody));
      Client owner = Client.newUser(port);
      String video =
          owner
              .post(
                  "/api/v1/videos",
                  """
                  {"title": "All of it", "description": "",
                   "price": {"amountMinor": 0, "currency": "USD"}}\
                  """)
              .is(201)
              .json()
              .get("id")
              .asString();

      owner.send("PUT", "/api/v1/videos/" + video + "/content", "video/mp4", content()).is(201);

      assertThat(server.isAlive()).isTrue();
      try (Stream<Path> files = Files.walk(directory.resolve("target"))) {
        assertThat(files.filter(Files::isRegularFile).map(LargeUploadTests::size)).contains(SIZE);
      }
    } finally {
      server.destroyForcibly().onExit().join();
    }
  }

  private Process start(int port) throws IOException {
    Path options = Path.of("../deploy/src/main/resources/jvm").toAbsolutePath();
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + options.resolve("service.options"),
                "@" + options.resolve("app-service.options"),
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName(),
                "--tanada.node=app-1",
                "--server.port=" + port,
                "--tanada.secret.url-signing-key=test-signing-key-0123456789-0123456789",
                "--tanada.app.previews.ffmpeg=",
                "--tanada.credential.directory=" + TestCredentials.directory(ServiceName.APP)))
        .directory(directory.toFile())
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("server.log").toFile())
        .start();
  }

  private static boolean ready(Client client) {
    try {
      return client.get("/actuator/health/readiness").response().statusCode() == 200;
    } catch (UncheckedIOException e) {
      return false; // it does not listen yet
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What begins like a video. */
  private static BodyPublisher content() {
    return BodyPublishers.fromPublisher(
        BodyPublishers.ofInputStream(() ->
            new SequenceInputStream(new ByteArrayInputStream(HEAD), new Zeros(SIZE - HEAD.length))),
        SIZE);
  }
}
