package org.tanada.deploy.command;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import org.tanada.common.blob.ContentDigest;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.deploy.backup.LiveFiles;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ServiceKeyring;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The storage nodes of a native system: what they have is seen in their directories, what is lost
 * is sent to any of them, as an app server would: storage nodes take files from nobody else, and
 * whoever has the secrets of the installation has an app server's key.
 */
final class RunningFiles implements LiveFiles {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration STORED = Duration.ofMinutes(10);
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Home home;
  private final Launcher launcher;

  RunningFiles(Home home, Launcher launcher) {
    this.home = home;
    this.launcher = launcher;
  }

  @Override
  public boolean has(String tier, String path) throws IOException {
    for (Service service : launcher.services(tier)) {
      if (Files.exists(home.node(service.node()).resolve("data").resolve(path))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean put(String tier, long id, Content content) throws IOException {
    CredentialIssuer app =
        new CredentialIssuer(
            home.secrets().resolve(ServiceKeyring.file(ServiceName.APP)), InstantSource.system());
    IOException last = new IOException("none of them is meant to run");
    try (HttpClient client = InsideTrust.client(home, CONNECT)) {
      for (Service service : launcher.services(tier)) {
        HttpRequest request =
            HttpRequest.newBuilder(service.address().resolve("/v1/blobs/" + id))
                .timeout(STORED)
                .header(TanadaHeaders.SERVICE_CREDENTIAL, app.of(ServiceName.ofTier(tier)))
                .header("Content-Type", content.contentType())
                .header("Content-Digest", ContentDigest.field(content.sha256()))
                .PUT(HttpRequest.BodyPublishers.ofFile(content.file()))
                .build();
        try {
          return stored(id, client.send(request, HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
          last = e;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    throw new OperatorException(
        "no node of " + tier + " takes file " + id + ": ./tanada status says how they are", last);
  }

  private static boolean stored(long id, HttpResponse<String> answer) {
    if (answer.statusCode() < 300) {
      return true;
    }
    try {
      Problem problem = JSON.readValue(answer.body(), Problem.class);
      if (problem.code().equals(ProblemCode.CONFLICT.code())) {
        return false;
      }
      throw new OperatorException("file " + id + " is not taken: " + problem.detail());
    } catch (JacksonException e) {
      throw new OperatorException("file " + id + " is not taken: " + answer.statusCode(), e);
    }
  }
}
