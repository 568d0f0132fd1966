package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.state.ServiceKeyring;

/** A purpose of files that the topology adds, on the whole system, and nodes taken away again. */
class PurposesIT {
  private static final String TIER = "storage-contracts";
  private static final int FILES = 20;
  private static Home home;
  private static String before;

  @BeforeAll
  static void addThePurpose() throws IOException {
    assumeTrue(!TestRun.containers(), "files are looked for on this machine's disk");
    assumeTrue(
        Boolean.getBoolean("tanada.test.nightly"),
        "it takes minutes: give -Dtanada.test.nightly=true");
    assertThat(FrontDoor.ADDRESS).isNotNull();
    assumeTrue(SystemUnderTest.own(), "it changes which nodes there are");
    home = new Home(Path.of("..").toAbsolutePath().normalize(), SystemUnderTest.home());
    before = Files.readString(home.topology());
    Files.writeString(
        home.topology(), before.stripTrailing() + "\n  " + TIER + ": {nodes: 3, copies: 3}\n");
    tanada("up", "--yes");
    tanada("restart", "edge-1");
    tanada("restart", "edge-2");
  }

  @AfterAll
  static void takeItBack() throws IOException {
    if (before != null) {
      Files.writeString(home.topology(), before);
      tanada("up", "--yes");
    }
  }

  private static void tanada(String... arguments) throws IOException {
    assertThat(SystemUnderTest.tanada(arguments)).as(SystemUnderTest.output()).isZero();
  }

  @Test
  void itsFilesAreOnThreeNodesArePrivateAndStayWhenANodeIsTakenAway() throws Exception {
    IdGenerator ids = new IdGenerator(InstantSource.system(), new SecureRandom());
    Map<Long, String> files = new LinkedHashMap<>();
    for (int i = 0; i < FILES; i++) {
      long id = ids.next(i);
      files.put(id, "contract " + i);
      assertThat(put(id, "contract " + i)).isEqualTo(201);
    }
    for (int node = 1; node <= 3; node++) {
      assertThat(blobs(node)).as(TIER + "-" + node).isEqualTo(FILES);
    }
    long first = files.keySet().iterator().next();
    assertThat(get(Blobs.path("contracts", first)).statusCode()).isEqualTo(403);

    tanada("scale", TIER + "=2");

    assertThat(SystemUnderTest.output()).contains("draining " + TIER + "-3");
    assertThat(blobs(3)).isZero();
    SignedUrls urls =
        new SignedUrls(
            new Secrets(home).get(Secrets.URL_SIGNING_KEY).strip(), InstantSource.system());
    for (Map.Entry<Long, String> file : files.entrySet()) {
      String path = Blobs.path("contracts", file.getKey());
      HttpResponse<String> answer = get(urls.sign(path, Instant.now().plusSeconds(600)));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(file.getValue());
    }
  }

  private static HttpResponse<String> get(String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(FrontDoor.ADDRESS.resolve(path))
              .timeout(Duration.ofMinutes(1))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  /** As an app server would store it. */
  private static int put(long id, String content) throws Exception {
    CredentialIssuer app =
        new CredentialIssuer(
            home.secrets().resolve(ServiceKeyring.file(ServiceName.APP)), InstantSource.system());
    Service node = new NativeLauncher(home).services(TIER).getFirst();
    URI address = node.address().resolve("/v1/blobs/" + id);
    try (HttpClient client = InsideTrust.client(home, Duration.ofSeconds(10))) {
      HttpRequest request =
          HttpRequest.newBuilder(address)
              .timeout(Duration.ofMinutes(1))
              .header(TanadaHeaders.SERVICE_CREDENTIAL, app.of(ServiceName.ofTier(TIER)))
              .header("Content-Type", "application/pdf")
              .PUT(HttpRequest.BodyPublishers.ofString(content, StandardCharsets.UTF_8))
              .build();
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static long blobs(int node) throws IOException {
    try (Stream<Path> files = Files.walk(home.node(TIER + "-" + node).resolve("data"))) {
      return files.filter(file -> file.toString().endsWith(".blob")).count();
    }
  }
}
