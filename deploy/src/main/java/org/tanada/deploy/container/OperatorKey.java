package org.tanada.deploy.container;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.ServiceKey;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.build.Module;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.ServiceKeyring;
import org.tanada.deploy.state.StateFiles;

/**
 * The operator's key of a system of containers. It is made in a volume that only the set-up sees,
 * and copied out of that for this command, which signs with it: again and again while it runs, so
 * that a replaced one signs from then on.
 */
final class OperatorKey {
  private static final String STATE = "/state/secrets/";

  /** As long as a service shows the same credential; a copy costs two commands of the engine. */
  private static final Duration FRESH = Duration.ofSeconds(30);

  private final Home home;
  private final Docker docker;
  private final String project;
  private final InstantSource clock;
  private @Nullable CredentialIssuer issuer;
  private Instant copied = Instant.MIN;

  OperatorKey(Home home, Docker docker, String project, InstantSource clock) {
    this.home = home;
    this.docker = docker;
    this.project = project;
    this.clock = clock;
  }

  /** What a service is shown now. */
  synchronized String credential(ServiceName service) throws IOException {
    CredentialIssuer known = issuer;
    Instant now = clock.instant();
    if (known == null || copied.plus(FRESH).isBefore(now)) {
      Path key = copy(ServiceKeyring.file(ServiceName.OPERATOR));
      known = new CredentialIssuer(key, clock);
      issuer = known;
      copied = now;
    }
    return known.of(service);
  }

  /** Whoever has replaced the keys signs with the new one at once. */
  synchronized void forget() {
    issuer = null;
  }

  /** What the service of a container is shown now. */
  String credential(Container container) throws IOException {
    Module module =
        Stream.of(Module.values())
            .filter(each -> container.service().startsWith(each.directory()))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(container.service()));
    return credential(ServiceName.valueOf(module.kind().name()));
  }

  /** The public keys of all services. */
  List<ServiceKey> keys() throws IOException {
    return ServiceKey.parseAll(Files.readString(copy(ServiceKeyring.PUBLIC)));
  }

  private Path copy(String name) throws IOException {
    String setup =
        docker
            .output(
                "ps",
                "-aq",
                "--filter",
                "label=com.docker.compose.project=" + project,
                "--filter",
                "label=com.docker.compose.service=setup")
            .lines()
            .findFirst()
            .orElseThrow(() -> new OperatorException("there is no set-up yet: run ./tanada up"));
    StateFiles.privateDirectory(home.secrets());
    Path copy = home.secrets().resolve(name);
    docker.output("cp", setup + ":" + STATE + name, copy.toString());
    return copy;
  }
}
