package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.Restoration;
import org.tanada.deploy.backup.Single;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.container.ContainerBackups;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Brings everything back to a moment. */
@Command(
    name = "restore",
    description =
        "Brings all databases and files back to a moment: into a new place, or in the stead of"
            + " what is here.")
public final class RestoreCommand extends Operation {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--at",
      paramLabel = "TIME",
      description = "As in 2026-11-22T10:15:00.250Z; the newest moment there is without it.")
  private @Nullable String at;

  @Option(
      names = "--into",
      paramLabel = "DIR",
      description = "A new state directory, to be started with TANADA_HOME=DIR.")
  private @Nullable Path into;

  @Option(
      names = "--from",
      paramLabel = "REPO",
      description = "The repository, if this is not the installation that it is of.")
  private @Nullable String from;

  @Option(
      names = "--password-file",
      paramLabel = "FILE",
      description = "With --from: the file with its password.")
  private @Nullable Path password;

  @Option(
      names = "--only",
      paramLabel = "THING",
      description =
          "Brings one thing back into the system that runs: "
              + Single.FORMS
              + ". What is there stays as it is.")
  private @Nullable String only;

  @Option(
      names = "--replace",
      description = "With --only: what was changed since becomes what it was.")
  private boolean replace;

  @Option(names = "--docker", description = "With --from: of a system in containers.")
  private boolean docker;

  @Option(names = "--loss", hidden = true, description = "Says what it would take away alone.")
  private boolean loss;

  @Option(names = "--yes", description = "Answers yes to every question.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    Instant moment = moment();
    if (only != null && inContainers()) {
      throw new OperatorException(
          "this system runs in containers, where restore brings everything back, not --only one"
              + " thing: restore --into DIR beside it");
    }
    if (only != null && (into != null || from != null)) {
      throw new OperatorException(
          "--only is for the system that runs here: without --into, --from");
    }
    if (replace && only == null) {
      throw new OperatorException("--replace is a part of --only");
    }
    if (from != null && (password == null || into == null)) {
      throw new OperatorException("--from needs --password-file and --into");
    }
    if (docker && from != null && password != null && into != null) {
      return ContainerRestore.ofLost(this, moment, from, password, into);
    }
    if (docker) {
      throw new OperatorException("--docker is a part of --from");
    }
    Single single = only == null ? null : Single.parse(only);
    Optional<ContainerBackups> containers = BackupCommand.containers(this);
    if (containers.isPresent() && from == null) {
      return new ContainerRestore(this, containers.get(), yes).run(moment, into);
    }
    if (!BackupCommand.inside()) {
      new Packages(this::say, question -> yes || terminal.ask(question)).need(Packages.BACKUP);
    }
    if (single != null) {
      return new RestoreOnly(this).run(single, moment, replace, yes);
    }
    Restoration restoration =
        from != null && password != null
            ? Restoration.of(home, from, password, this::say)
            : Restoration.ofHome(home, this::say);
    if (loss) {
      Restoration.Loss found = restoration.loss(moment);
      answer(Map.of("moment", found.moment(), "words", found.words()));
      return DONE;
    }
    return into == null ? inPlace(restoration, moment) : beside(restoration, moment, into);
  }

  /** What is remembered says it also where Docker is not installed any more. */
  private boolean inContainers() throws IOException {
    return Files.exists(home.containers()) || BackupCommand.containers(this).isPresent();
  }

  private @Nullable Instant moment() {
    String text = at;
    if (text == null) {
      return null;
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      CommandSpec own = java.util.Objects.requireNonNull(spec);
      throw new CommandLine.ParameterException(
          own.commandLine(), "\"" + text + "\" is not a time as in 2026-11-22T10:15:00.250Z", e);
    }
  }

  private int beside(Restoration restoration, @Nullable Instant moment, Path directory)
      throws Exception {
    Path whole = directory.toAbsolutePath().normalize();
    Restoration.Done done = restoration.beside(moment, whole);
    answer(Map.of("moment", done.moment(), "directory", whole.toString(), "files", done.files()));
    tell(done);
    if (BackupCommand.inside()) {
      return DONE; // into volumes it comes after this
    }
    say("start it beside this one, on other ports:");
    say(
        "  TANADA_HOME="
            + whole
            + " ./tanada up --port-base 19000 --http-port 18080 --https-port 18443");
    return DONE;
  }

  private int inPlace(Restoration restoration, @Nullable Instant moment) throws Exception {
    Restoration.Loss loss = restoration.loss(moment);
    say("everything becomes what it was at " + loss.moment() + ": " + loss.words());
    if (!yes && !terminal.ask("Replace what is here?")) {
      throw new OperatorException("nothing was changed: answer yes, or give --yes");
    }
    Restoration.Replaced replaced = restoration.inPlace(loss);
    answer(
        Map.of(
            "moment", replaced.done().moment(),
            "aside", replaced.aside().toString(),
            "files", replaced.done().files()));
    tell(replaced.done());
    say("what was here is in " + replaced.aside() + ": delete it when nobody needs it");
    say("./tanada up starts it; ./tanada backup then begins its new history");
    return DONE;
  }

  private void tell(Restoration.Done done) {
    say(terminal.good("restored") + " to " + done.moment() + ", " + done.files() + " files");
    done.damaged()
        .forEach(file -> terminal.warn("damaged in the repository, so left out: " + file));
  }
}
