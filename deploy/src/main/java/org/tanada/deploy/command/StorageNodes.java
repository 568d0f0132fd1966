package org.tanada.deploy.command;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.blob.FileMove;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.problem.Problem;
import org.tanada.deploy.files.PurposeNodes;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.Launcher.Service;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Purpose;
import org.tanada.deploy.topology.Tier;
import org.tanada.deploy.topology.Topology;
import org.tanada.deploy.topology.TopologyFile;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** The storage nodes of a purpose of a native installation. */
final class StorageNodes implements PurposeNodes {
  private static final Duration CONNECT = Duration.ofSeconds(2);

  /** A trial of a bucket that does not answer takes long. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Home home;
  private final Launcher launcher;
  private final String tier;

  /**
   * The nodes of a tier.
   *
   * @throws OperatorException if there is no such purpose
   */
  StorageNodes(Home home, Launcher launcher, String tier) throws IOException {
    this.home = home;
    this.launcher = launcher;
    this.tier = tier;
    purpose();
  }

  @Override
  public List<String> names() throws IOException {
    return TopologyFile.read(home.topology()).nodes().stream()
        .filter(node -> node.tier().equals(tier))
        .map(PlannedNode::name)
        .toList();
  }

  @Override
  public Purpose purpose() throws IOException {
    Topology topology = TopologyFile.read(home.topology());
    Purpose purpose = topology.tier(tier).map(Tier::purpose).orElse(null);
    if (purpose == null) {
      throw new OperatorException(
          "there is no purpose \"%s\" here: %s"
              .formatted(
                  tier.replace("storage-", ""),
                  String.join(
                      " ",
                      topology.tiers().stream()
                          .map(Tier::name)
                          .filter(Purpose::names)
                          .map(Purpose::name)
                          .toList())));
    }
    return purpose;
  }

  @Override
  public void say(Purpose purpose) throws IOException {
    Topology topology = TopologyFile.read(home.topology());
    StateFiles.write(home.topology(), TopologyFile.write(topology.with(tier, purpose)));
  }

  @Override
  public void restart(String node) throws IOException {
    launcher.restart(node);
  }

  @Override
  public FileMove state(String node) throws IOException {
    return JSON.readValue(ask(node, FileMove.PATH, null), FileMove.class);
  }

  @Override
  public FileMove begin(String node) throws IOException {
    return JSON.readValue(ask(node, FileMove.PATH, "{}"), FileMove.class);
  }

  @Override
  public void attempt(String node, FileMove.Bucket bucket) throws IOException {
    ask(node, FileMove.TRIALS, JSON.writeValueAsString(bucket));
  }

  private String ask(String node, String path, @Nullable String body) throws IOException {
    Service service =
        launcher.services(tier).stream()
            .filter(known -> known.node().equals(node))
            .findFirst()
            .orElseThrow(() -> new IOException(node + " is not meant to run"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(service.address().resolve(path))
            .timeout(ANSWER)
            .header(TanadaHeaders.SERVICE_CREDENTIAL, launcher.credential(tier));
    if (body != null) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    try (HttpClient client = InsideTrust.client(home, CONNECT)) {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 300) {
        throw new OperatorException(said(node, answer));
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String said(String node, HttpResponse<String> answer) {
    try {
      return JSON.readValue(answer.body(), Problem.class).detail();
    } catch (JacksonException e) {
      return node + " answered " + answer.statusCode();
    }
  }
}
