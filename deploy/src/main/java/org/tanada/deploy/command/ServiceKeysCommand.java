package org.tanada.deploy.command;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tanada.common.credential.ServiceKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The keys by which services know each other. */
@Command(
    name = "services",
    description = "Shows the keys by which services know each other; gives them new ones.",
    subcommands = ServiceKeysCommand.Rotate.class)
public final class ServiceKeysCommand extends Operation {
  @Override
  public Integer call() throws Exception {
    return show(this);
  }

  private static int show(Operation command) throws Exception {
    Instant now = Instant.now();
    Table table = new Table(List.of("SERVICE", "KEY", "FORM", "STATE"), List.of());
    List<Map<String, String>> told = new ArrayList<>();
    for (ServiceKey key : command.launcher().serviceKeys()) {
      if (key.good(now)) {
        String state = key.until() == null ? "in use" : "good until " + key.until();
        table.row(List.of(key.service().text(), key.id(), key.form(), state), "");
        told.add(
            Map.of(
                "service", key.service().text(),
                "key", key.id(),
                "form", key.form(),
                "state", state));
      }
    }
    command.answer(Map.of("keys", told));
    table.lines().forEach(command::say);
    return DONE;
  }

  /** Gives every service a new key. */
  @Command(
      name = "rotate",
      description = {
        "Gives every service a new key while all of them run; nothing is refused meanwhile.",
        "What the keys before have signed is good for the overlap, and then not any more."
      })
  static final class Rotate extends Operation {
    @Option(
        names = "--overlap",
        paramLabel = "SECONDS",
        description = "How long the keys before are good (default: ${DEFAULT-VALUE}).",
        defaultValue = "300")
    private int overlap;

    @Override
    public Integer call() throws Exception {
      launcher().replaceServiceKeys(Duration.ofSeconds(Math.max(0, overlap)));
      say("every service has a new key; those before are good for " + overlap + " s");
      return show(this);
    }
  }
}
