package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.container.ContainerBackups;
import org.tanada.deploy.state.OperatorException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code restore} does where the system is one of containers. */
final class ContainerRestore {
  private final Operation command;
  private final ContainerBackups containers;
  private final boolean yes;

  ContainerRestore(Operation command, ContainerBackups containers, boolean yes) {
    this.command = command;
    this.containers = containers;
    this.yes = yes;
  }

  /** Restores into a new system, or in place; the exit code. */
  int run(@Nullable Instant moment, @Nullable Path into) throws IOException {
    return into == null ? inPlace(moment) : beside(moment, into.toAbsolutePath().normalize());
  }

  private int beside(@Nullable Instant moment, Path directory) throws IOException {
    int code = containers.beside(directory, BackupCommand.inJson(command, at(moment)));
    if (code == Operation.DONE) {
      command.say("start it beside this one, on other ports:");
      command.say(
          "  TANADA_HOME="
              + directory
              + " ./tanada up --no-build --http-port 18080 --https-port 18443");
    }
    return code;
  }

  /** Restores a system that is lost, into a new one; the exit code. */
  static int ofLost(
      Operation command, @Nullable Instant moment, String from, Path password, Path into)
      throws IOException {
    Path directory = into.toAbsolutePath().normalize();
    int code =
        ContainerBackups.ofLost(
            command.home.root(),
            BackupSetup.local(from) ? Path.of(from).toAbsolutePath().normalize().toString() : from,
            password.toAbsolutePath().normalize(),
            directory,
            BackupCommand.inJson(command, at(moment)));
    if (code == Operation.DONE) {
      command.say("start it: TANADA_HOME=" + directory + " ./tanada up");
    }
    return code;
  }

  private int inPlace(@Nullable Instant moment) throws IOException {
    JsonNode loss = JsonMapper.shared().readTree(containers.loss(at(moment)));
    Instant exact = Instant.parse(loss.path("moment").asString());
    command.say(
        "everything becomes what it was at " + exact + ": " + loss.path("words").asString());
    if (!yes && !command.terminal.ask("Replace what is here?")) {
      throw new OperatorException("nothing was changed: answer yes, or give --yes");
    }
    int code = containers.inPlace(BackupCommand.inJson(command, at(exact)));
    if (code == Operation.DONE) {
      command.say("what was here is in replaced-… of each volume: delete it when nobody needs it");
      command.say("./tanada up starts it; ./tanada backup then begins its new history");
    }
    return code;
  }

  private static List<String> at(@Nullable Instant moment) {
    return moment == null ? List.of() : List.of("--at", moment.toString());
  }
}
