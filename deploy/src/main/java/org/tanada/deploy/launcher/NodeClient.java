package org.tanada.deploy.launcher;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.InsideTrust;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/** Asks services that run as processes of this machine, or of boards. */
public final class NodeClient {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final Home home;

  NodeClient(Home home) {
    this.home = home;
  }

  /** Asks one node after the other until one answers. */
  Launcher.Reply ask(String tier, String path, String body) throws IOException {
    List<PlannedNode> nodes = nodes(tier);
    CredentialIssuer operator = new Secrets(home).serviceKeys().operator();
    IOException last = new IOException("none of them is meant to run");
    try (HttpClient client = InsideTrust.client(home, CONNECT)) {
      for (PlannedNode node : nodes) {
        try {
          return ask(client, node.control().resolve(path), shown(operator, node), body);
        } catch (IOException e) {
          last = e;
        }
      }
    }
    throw new OperatorException(
        "no node of the tier " + tier + " answers: ./tanada status says how they are", last);
  }

  /** Asks all nodes; those that do not answer are left out. */
  List<Launcher.Reply> askAll(String tier, String path, String body) throws IOException {
    return askAll(home, nodes(tier), path, body);
  }

  /** The same of nodes that have the secrets of an installation. */
  public static List<Launcher.Reply> askAll(
      Home home, List<PlannedNode> nodes, String path, String body) throws IOException {
    CredentialIssuer operator = new Secrets(home).serviceKeys().operator();
    List<Launcher.Reply> replies = new ArrayList<>();
    try (HttpClient client = InsideTrust.client(home, CONNECT)) {
      for (PlannedNode node : nodes) {
        try {
          replies.add(ask(client, node.control().resolve(path), shown(operator, node), body));
        } catch (IOException _) {
          // it is down: the caller sees how many answer
        }
      }
    }
    return replies;
  }

  private List<PlannedNode> nodes(String tier) throws IOException {
    return new Control(home)
        .desired().nodes().stream()
            .filter(wanted -> wanted.run().up())
            .map(Desired.Wanted::node)
            .filter(node -> node.tier().equals(tier))
            .toList();
  }

  private static String shown(CredentialIssuer operator, PlannedNode node) {
    return operator.of(ServiceName.ofTier(node.tier()));
  }

  private static Launcher.Reply ask(HttpClient client, URI address, String credential, String body)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address)
            .timeout(ANSWER)
            .header(TanadaHeaders.SERVICE_CREDENTIAL, credential);
    if (!body.isEmpty()) {
      request
          .header("Content-Type", "application/json")
          .POST(HttpRequest.BodyPublishers.ofString(body));
    }
    try {
      HttpResponse<String> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Launcher.Reply(answer.statusCode(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
