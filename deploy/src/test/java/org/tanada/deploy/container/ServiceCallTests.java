package org.tanada.deploy.container;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.deploy.ca.InsideServer;
import org.tanada.deploy.launcher.Launcher.Reply;

class ServiceCallTests {
  @TempDir Path directory;

  @Test
  void answersOfHttpAreTakenApart() {
    assertThat(ServiceCall.parse("HTTP/1.1 409 \r\nContent-Type: a\r\n\r\n{\"a\":1}\r\n"))
        .contains(new Reply(409, "{\"a\":1}\n"));
    assertThat(ServiceCall.parse("")).isEmpty();
    assertThat(ServiceCall.parse("HTTP/1.1 200 \r\nConnection: close")).isEmpty();
  }

  @Test
  void servicesThatSpeakTlsAreAskedByTls() throws Exception {
    try (InsideServer server = new InsideServer(directory)) {
      assertThat(ServiceCall.parse(ask(server, server.secrets(), "")))
          .contains(new Reply(200, "GET /v1/x "));
      assertThat(ServiceCall.parse(ask(server, server.secrets(), "{\"a\": 1}")))
          .contains(new Reply(200, "POST /v1/x {\"a\": 1}"));
      try (InsideServer other = new InsideServer(directory.resolve("other"))) {
        assertThat(ask(server, other.secrets(), "")).as("not from our authority").isEmpty();
      }
      assertThat(ask(server, null, "")).as("plain HTTP").doesNotContain("/v1/x");
    }
  }

  @Test
  void healthChecksAskByTls() throws Exception {
    try (InsideServer server = new InsideServer(directory)) {
      assertThat(ready(server, server.secrets(), "/actuator/health/readiness")).isEmpty();
      assertThat(ready(server, server.secrets(), "/busy")).isEqualTo("answers 503");
      try (InsideServer other = new InsideServer(directory.resolve("other"))) {
        assertThat(ready(server, other.secrets(), "/")).isEqualTo("does not answer");
      }
      assertThat(ready(server, null, "/")).isNotEmpty();
    }
  }

  private static String ask(InsideServer server, Path tls, String body) throws Exception {
    Process process =
        bash(
            server,
            tls,
            List.of(
                "bash",
                "-c",
                ServiceCall.SCRIPT,
                "ask",
                "Tanada-Service-Credential",
                "/v1/x",
                body));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assertThat(code == 0 || said.isEmpty()).as(said).isTrue();
    return said;
  }

  /** What the health check says; it ends well if it says nothing. */
  private static String ready(InsideServer server, Path tls, String path) throws Exception {
    Path script = ComposeFileTests.root().resolve("deploy/image/ready.sh").toAbsolutePath();
    Process process =
        bash(
            server, tls, List.of("bash", script.toString(), Integer.toString(server.port()), path));
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor() == 0).as(said).isEqualTo(said.isEmpty());
    return said.strip();
  }

  private static Process bash(InsideServer server, Path tls, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("SERVER_PORT", Integer.toString(server.port()));
    builder.environment().put("TANADA_CREDENTIAL", "shown");
    if (tls != null) {
      builder.environment().put("TANADA_TLS_DIRECTORY", tls.toString());
    }
    return builder.start();
  }
}
