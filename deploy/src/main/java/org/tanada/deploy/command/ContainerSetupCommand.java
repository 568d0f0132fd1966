package org.tanada.deploy.command;

import java.nio.file.Path;
import java.util.List;
import org.tanada.deploy.container.ContainerSetup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The one-shot service of {@code docker-compose.yml} that all others wait for. */
@Command(
    name = "container-setup",
    hidden = true,
    description = "Makes secrets, certificate and nginx's configuration in the volumes.")
public final class ContainerSetupCommand extends Operation {
  @Option(names = "--project", required = true, description = "What containers' names begin with.")
  private String project = "";

  @Option(names = "--edges", required = true, description = "How many edges have a region.")
  private int edges;

  @Option(names = "--host-names", split = ",", description = "Of the front door, not localhost.")
  private List<String> hostNames = List.of();

  @Option(names = "--resolver", required = true, description = "The containers' DNS server.")
  private String resolver = "";

  @Option(names = "--secrets", required = true, description = "Where the volumes of secrets are.")
  private Path secrets = Path.of("");

  @Option(names = "--front", required = true, description = "The front door's volume.")
  private Path front = Path.of("");

  @Override
  public Integer call() throws Exception {
    String membership = System.getenv("SPRING_APPLICATION_JSON");
    new ContainerSetup(
            home,
            new ContainerSetup.Settings(
                membership == null ? "{}" : membership,
                project,
                edges,
                hostNames.stream().filter(name -> !name.isBlank()).toList(),
                resolver,
                secrets,
                front))
        .run();
    say("secrets, certificate and the front door's configuration are there");
    return DONE;
  }
}
