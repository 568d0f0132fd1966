package org.tanada.deploy.command;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.Problem;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.json.JsonMapper;

/** Asks any router what it offers to operators. */
final class RouterClient {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Launcher launcher;
  private final String tier;

  RouterClient(Launcher launcher) {
    this(launcher, "router");
  }

  /** The same for the nodes of another tier of services. */
  RouterClient(Launcher launcher, String tier) {
    this.launcher = launcher;
    this.tier = tier;
  }

  /**
   * Asks.
   *
   * @param body sent as JSON by POST; null for a GET
   * @throws OperatorException with what the router found wrong
   */
  <T> T ask(String path, @Nullable Object body, Class<T> answer) throws IOException {
    return JSON.readValue(send(path, body), answer);
  }

  /** Asks for something to be done that has no answer. */
  void tell(String path, Object body) throws IOException {
    send(path, body);
  }

  private String send(String path, @Nullable Object body) throws IOException {
    Launcher.Reply reply =
        launcher.ask(tier, path, body == null ? "" : JSON.writeValueAsString(body));
    if (reply.status() >= 400) {
      throw new OperatorException(JSON.readValue(reply.body(), Problem.class).detail());
    }
    return reply.body();
  }
}
