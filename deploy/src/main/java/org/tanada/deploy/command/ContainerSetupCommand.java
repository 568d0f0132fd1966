package org.tanada.deploy.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.container.Callees;
import org.tanada.deploy.container.ContainerSetup;
import org.tanada.deploy.state.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The one-shot service of {@code docker-compose.yml} that all others wait for. */
@Command(
    name = "container-setup",
    hidden = true,
    description = "Makes secrets, certificate and nginx's configuration in the volumes.")
public final class ContainerSetupCommand extends Operation {
  @Option(names = "--project", description = "What containers' names begin with.")
  private String project = "";

  @Option(names = "--edges", description = "How many edges have a region.")
  private int edges;

  @Option(names = "--host-names", split = ",", description = "Of the front door, not localhost.")
  private List<String> hostNames = List.of();

  @Option(names = "--resolver", description = "The containers' DNS server.")
  private String resolver = "";

  @Option(names = "--nodes", description = "A list of all nodes, where DNS does not know them.")
  private @Nullable Path nodes;

  @Option(names = "--secrets", description = "Where the volumes of secrets are, to fill them.")
  private @Nullable Path secrets;

  @Option(names = "--providers", description = "The operator's file of outside providers.")
  private @Nullable Path providers;

  @Option(names = "--mail", description = "The operator's file of the server that sends mails.")
  private @Nullable Path mail;

  @Option(
      names = "--inside-tls",
      arity = "0..1",
      fallbackValue = "",
      description = "Whether services speak TLS with each other: yes if anything is said.")
  private String tls = "";

  @Option(names = "--front", required = true, description = "The front door's volume.")
  private Path front = Path.of("");

  @Override
  public Integer call() throws Exception {
    Map<String, Path> own = new HashMap<>();
    if (providers != null) {
      own.put(Secrets.PROVIDERS, providers);
    }
    if (mail != null) {
      own.put(Secrets.MAIL, mail);
    }
    String membership = System.getenv("SPRING_APPLICATION_JSON");
    Path list = nodes;
    Callees callees =
        list == null
            ? new Callees.Resolved(
                membership == null ? "{}" : membership, project, edges, resolver, !tls.isBlank())
            : new Callees.Listed(list);
    new ContainerSetup(
            home,
            new ContainerSetup.Settings(
                callees,
                hostNames.stream().filter(name -> !name.isBlank()).toList(),
                Optional.ofNullable(secrets),
                own,
                front,
                !tls.isBlank(),
                Optional.ofNullable(System.getenv(ContainerSetup.NEW_KEYS)).map(Duration::parse)))
        .run();
    say("secrets, certificate and the front door's configuration are there");
    return DONE;
  }
}
