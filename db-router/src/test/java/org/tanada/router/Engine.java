package org.tanada.router;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.WaitContainerResultCallback;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;

/**
 * The Docker engine of this machine. What is made here ends with this JVM, also by Ctrl-C:
 * Testcontainers has a hook for that. What a JVM left behind that was killed, the next one removes.
 */
final class Engine {
  /** Label whose value says which process a container belongs to. */
  private static final String OWNER = "org.tanada.test.owner";

  private final DockerClient client;
  private final String host;
  private final String owner;

  /**
   * The engine, as Testcontainers finds it.
   *
   * @throws IllegalStateException if none answers
   */
  Engine() throws IOException {
    require();
    client = DockerClientFactory.lazyClient();
    host = InetAddress.getLocalHost().getHostName();
    owner = owner(ProcessHandle.current());
  }

  /**
   * Sees to it that there is one.
   *
   * @throws IllegalStateException if none answers
   */
  static void require() {
    // Until Spring Boot takes over, logback's default is DEBUG: the client would log each byte.
    ((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).setLevel(Level.WARN);
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new IllegalStateException(
          "no Docker engine answers, and the profile containers needs one:"
              + " start it, or make one by deploy/offline/up.sh, or test without the profile");
    }
  }

  /** Removes what belongs to processes of this machine that are no more. */
  void removeLeftovers() {
    for (Container left :
        client.listContainersCmd().withShowAll(true).withLabelFilter(List.of(OWNER)).exec()) {
      if (isOrphan(left.getLabels())) {
        unlessGone(() ->
            client.removeContainerCmd(left.getId()).withForce(true).withRemoveVolumes(true).exec());
      }
    }
    for (com.github.dockerjava.api.model.Network left :
        client.listNetworksCmd().withFilter("label", List.of(OWNER)).exec()) {
      if (isOrphan(left.getLabels())) {
        unlessGone(() -> client.removeNetworkCmd(left.getId()).exec());
      }
    }
  }

  /** A network in which containers find each other by name. */
  Network network() {
    return Network.builder()
        .createNetworkCmdModifier(command -> command.withLabels(Map.of(OWNER, owner)))
        .build();
  }

  /**
   * A container, not yet made, whose port is published on 127.0.0.1.
   *
   * @param inner the port that its server listens on
   * @param outer the port here, the same after each start
   */
  GenericContainer<?> container(Future<String> image, int inner, int outer) {
    ExposedPort exposed = ExposedPort.tcp(inner);
    PortBinding binding = new PortBinding(Ports.Binding.bindIpAndPort("127.0.0.1", outer), exposed);
    return new GenericContainer<>(image)
        .withLabel(OWNER, owner)
        .withCreateContainerCmdModifier(command -> {
          HostConfig config = Optional.ofNullable(command.getHostConfig()).orElseThrow();
          command.withExposedPorts(exposed).withHostConfig(config.withPortBindings(binding));
        });
  }

  /** Starts it, at the first time or again with what it had. */
  void start(GenericContainer<?> container) {
    String id = container.getContainerId();
    if (id == null) {
      container.start();
    } else {
      client.startContainerCmd(id).exec();
    }
  }

  /** Kills its processes; it can be started again. */
  void kill(GenericContainer<?> container) {
    String id = container.getContainerId();
    client.killContainerCmd(id).exec();
    client.waitContainerCmd(id).exec(new WaitContainerResultCallback()).awaitStatusCode();
  }

  /** Stops its processes where they are: they keep their connections, and answer nothing. */
  void pause(GenericContainer<?> container) {
    client.pauseContainerCmd(container.getContainerId()).exec();
  }

  /** Lets them go on. */
  void unpause(GenericContainer<?> container) {
    client.unpauseContainerCmd(container.getContainerId()).exec();
  }

  private boolean isOrphan(Map<String, String> labels) {
    String[] parts = labels.getOrDefault(OWNER, "").split("/", -1);
    if (parts.length != 3 || !parts[0].equals(host)) {
      return false; // of another machine, which shares the engine
    }
    return ProcessHandle.of(Long.parseLong(parts[1]))
        .map(process -> !owner(process).equals(String.join("/", parts)))
        .orElse(true);
  }

  /** Host, number and start: numbers are used again. */
  private String owner(ProcessHandle process) {
    long start = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return host + "/" + process.pid() + "/" + start;
  }

  private static void unlessGone(Runnable removal) {
    try {
      removal.run();
    } catch (NotFoundException | ConflictException e) {
      System.err.println("another run removes it too: " + e.getMessage());
    }
  }
}
