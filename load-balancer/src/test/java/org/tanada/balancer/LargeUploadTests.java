package org.tanada.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.testing.Poll;
import org.tanada.common.testing.Ports;
import org.tanada.common.testing.Zeros;

/**
 * An upload of more than 2 GB through a gateway that is a process of its own and has the memory
 * that it is shipped with, at whose end it would end itself.
 */
@Timeout(600)
class LargeUploadTests {
  private static final long SIZE = (1L << 31) + 12_345; // what no int counts
  private static final Path OPTIONS = Path.of("../deploy/src/main/resources/jvm");

  @TempDir private Path directory;

  @Test
  void passesInTheMemoryThatAGatewayIsShippedWith() throws Exception {
    try (FakeApp app = new FakeApp("app-1");
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      int port = Ports.free();
      int control = Ports.free();
      Process gateway = start(app, port, control);
      try {
        Poll.until("the gateway is ready", () -> gateway.isAlive() && ready(client, control));

        HttpResponse<String> answer =
            client.send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/api/v1/videos/1/content"))
                    .header("Tanada-Service-Credential", Gateway.CREDENTIAL)
                    .header("Content-Type", "video/mp4")
                    .PUT(
                        HttpRequest.BodyPublishers.fromPublisher(
                            HttpRequest.BodyPublishers.ofInputStream(() -> new Zeros(SIZE)), SIZE))
                    .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("app-1");
        assertThat(app.seen)
            .singleElement()
            .satisfies(seen -> assertThat(seen.length()).isEqualTo(SIZE));
        assertThat(gateway.isAlive()).isTrue();
      } finally {
        gateway.destroyForcibly().onExit().join();
      }
    }
  }

  private Process start(FakeApp app, int port, int control) throws IOException {
    Path inventory =
        Files.writeString(
            directory.resolve("inventory.yml"),
            "app:\n  - {name: app-1, address: \"" + app.node().address() + "\"}\n");
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + OPTIONS.resolve("service.options"),
                "@" + OPTIONS.resolve("load-balancer.options"),
                "-cp",
                System.getProperty("java.class.path"),
                LoadBalancerApplication.class.getName(),
                "--tanada.node=lb-1",
                "--server.port=" + port,
                "--management.server.port=" + control,
                "--tanada.credential.directory=" + TestCredentials.directory(ServiceName.LB),
                "--tanada.membership.file=" + inventory))
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("gateway.log").toFile())
        .start();
  }

  private static boolean ready(HttpClient client, int control) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(
                  URI.create("http://127.0.0.1:" + control + "/actuator/health/readiness"))
              .timeout(Duration.ofSeconds(5))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false; // it does not listen yet
    }
  }
}
