package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.PlannedNode;
import org.tanada.deploy.topology.Tier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The containers of one system, as the engine sees them. */
final class Containers {
  private static final String PROJECT = "com.docker.compose.project";
  private static final String SERVICE = "com.docker.compose.service";
  private static final String NUMBER = "com.docker.compose.container-number";
  private static final String DIRECTORY = "com.docker.compose.project.working_dir";

  private final Docker docker;
  private final String project;
  private final Path directory;

  /**
   * The containers of a project that was started in the given directory: another clone's are not
   * ours.
   */
  Containers(Docker docker, String project, Path directory) {
    this.docker = docker;
    this.project = project;
    this.directory = directory;
  }

  /** What the compose file calls the service of a tier; a database is a service of its own. */
  static String service(PlannedNode node) {
    return node.kind() == Kind.MYSQL ? node.name() : service(node.tier());
  }

  /** The same of a tier that can be scaled. */
  static String service(String tier) {
    Kind kind = Kind.ofTier(tier);
    if (!kind.service()) {
      return tier;
    }
    String module = Module.of(kind).directory();
    return kind == Kind.STORAGE ? module + tier.substring("storage".length()) : module;
  }

  /** How many containers of a service make up a tier. */
  static Map<String, Integer> counts(List<Tier> tiers) {
    Map<String, Integer> counts = new HashMap<>();
    for (Tier tier : tiers) {
      if (tier.kind().scalable()) {
        counts.put(service(tier.name()), tier.nodes());
      }
    }
    return counts;
  }

  /**
   * A container.
   *
   * @param service as the compose file calls it
   * @param number 1, 2, … within the service
   * @param state {@code created running paused restarting exited dead}
   * @param health {@code healthy unhealthy starting}, empty without a check
   * @param check the command of its health check, empty without one
   * @param checked what the last health check said
   * @param pid of its main process on this machine; 0 when it does not run
   * @param outOfMemory whether it was ended because its memory was full
   * @param address within one of its networks; empty when it does not run
   * @param published ports of this machine by the container's own
   */
  record Container(
      String id,
      String name,
      String service,
      int number,
      String state,
      String health,
      List<String> check,
      String checked,
      long pid,
      int exitCode,
      boolean outOfMemory,
      int restarts,
      Instant started,
      String image,
      String address,
      Map<Integer, Integer> published) {
    Container {
      check = List.copyOf(check);
      published = Map.copyOf(published);
    }

    boolean running() {
      return state.equals("running");
    }
  }

  /** All of them, also those that do not run. */
  List<Container> all() throws IOException {
    String ids =
        docker
            .output(
                "ps",
                "-aq",
                "--no-trunc",
                "--filter",
                "label=" + PROJECT + "=" + project,
                "--filter",
                "label=" + DIRECTORY + "=" + directory)
            .strip();
    if (ids.isEmpty()) {
      return List.of();
    }
    List<String> command = new ArrayList<>(List.of("inspect", "--type", "container"));
    command.addAll(ids.lines().toList());
    Docker.Answer answer = docker.run(Duration.ofSeconds(30), command);
    // one that was removed in between is named in the complaint; the others are told
    return parse(answer.output());
  }

  /** Reads what {@code docker inspect} says. */
  static List<Container> parse(String json) {
    List<Container> containers = new ArrayList<>();
    for (JsonNode node : JsonMapper.shared().readTree(json)) {
      JsonNode labels = node.at("/Config/Labels");
      if (labels.path("com.docker.compose.oneoff").asString("").equals("True")) {
        continue;
      }
      List<String> check = new ArrayList<>();
      node.at("/Config/Healthcheck/Test").forEach(word -> check.add(word.asString()));
      String checked = "";
      for (JsonNode line : node.at("/State/Health/Log")) {
        checked = line.path("Output").asString("").strip();
      }
      containers.add(
          new Container(
              node.path("Id").asString(""),
              node.path("Name").asString("").substring(1),
              labels.path(SERVICE).asString(""),
              Integer.parseInt(labels.path(NUMBER).asString("1")),
              node.at("/State/Status").asString(""),
              node.at("/State/Health/Status").asString(""),
              check,
              checked,
              node.at("/State/Pid").asLong(0),
              node.at("/State/ExitCode").asInt(0),
              node.at("/State/OOMKilled").asBoolean(false),
              node.path("RestartCount").asInt(0),
              Instant.parse(node.at("/State/StartedAt").asString("1970-01-01T00:00:00Z")),
              node.path("Image").asString(""),
              address(node.at("/NetworkSettings/Networks")),
              published(node.at("/HostConfig/PortBindings"))));
    }
    return containers;
  }

  private static String address(JsonNode networks) {
    for (JsonNode network : networks) {
      String address = network.path("IPAddress").asString("");
      if (!address.isEmpty()) {
        return address;
      }
    }
    return "";
  }

  private static Map<Integer, Integer> published(JsonNode bindings) {
    Map<Integer, Integer> ports = new HashMap<>();
    for (Map.Entry<String, JsonNode> binding : bindings.properties()) {
      String inside = binding.getKey().replaceAll("/.*", "");
      String outside = binding.getValue().path(0).path("HostPort").asString("");
      if (!outside.isEmpty()) {
        ports.put(Integer.valueOf(inside), Integer.valueOf(outside));
      }
    }
    return ports;
  }

  /** The container of a node, if there is one. */
  static Optional<Container> of(PlannedNode node, List<Container> all) {
    String service = service(node);
    int number = node.kind() == Kind.MYSQL ? 1 : node.index();
    return all.stream()
        .filter(c -> c.service().equals(service) && c.number() == number)
        .findFirst();
  }
}
