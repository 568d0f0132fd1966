package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.backup.Backup;
import org.tanada.deploy.backup.BackupSchedule;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.backup.Export;
import org.tanada.deploy.backup.Verification;
import org.tanada.deploy.build.Packages;
import org.tanada.deploy.container.ContainerBackups;
import org.tanada.deploy.container.ContainerInstallation;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Saves all databases and files, and shows and verifies what was saved. */
@Command(
    name = "backup",
    description =
        "Saves all databases and all files while they are in use; from then on their logs, too.",
    subcommands = {
      BackupCommand.ListAll.class,
      BackupCommand.Verify.class,
      BackupCommand.Schedule.class,
      BackupCommand.ExportTo.class
    })
public final class BackupCommand extends Operation {
  @Option(
      names = "--to",
      paramLabel = "REPO",
      description =
          "Where: a directory, sftp:USER@HOST:/DIRECTORY or s3:URL/BUCKET. It is remembered.")
  private @Nullable String to;

  @Option(names = "--until", hidden = true, description = "Saves logs and files to a moment alone.")
  private @Nullable Instant until;

  @Option(names = "--yes", description = "Answers yes to every question.")
  private boolean yes;

  @Override
  public Integer call() throws Exception {
    Optional<ContainerBackups> containers = containers(this);
    if (containers.isPresent()) {
      return ofContainers(containers.get());
    }
    if (until != null) {
      new Backup(home, this::say).saveUntil(until);
      return DONE;
    }
    Launcher launcher = inside() ? null : launcher();
    if (launcher != null) {
      new Packages(this::say, question -> yes || terminal.ask(question)).need(Packages.BACKUP);
    }
    BackupSetup setup = new BackupSetup(home);
    boolean first = setup.begin(to);
    if (launcher != null) {
      new BackupNode(home, control).ensure(launcher);
    }
    Backup.Made made = new Backup(home, this::say).make();
    answer(made);
    say(
        terminal.good("saved")
            + " in %.0f s, %d MB added; it can be restored to %s and every moment since"
                .formatted(
                    made.seconds(),
                    made.bytesAdded() >> 20,
                    made.from().truncatedTo(ChronoUnit.MILLIS)));
    if (inside()) {
      return DONE; // what an operator is told of files here is said outside
    }
    proposeSchedule();
    if (first) {
      tellOfPassword(new Secrets(home).file(Secrets.BACKUP_PASSWORD));
    }
    return DONE;
  }

  private void tellOfPassword(Path password) {
    say("keep a copy of " + password + " elsewhere:");
    say("without that password nobody can read the backups, and it is lost with this machine");
  }

  private int ofContainers(ContainerBackups containers) throws IOException {
    String given = to;
    if (given != null && given.startsWith("sftp:")) {
      throw new OperatorException(
          "in containers a repository is a directory of this machine or s3:URL/BUCKET, not "
              + given);
    }
    String repository =
        given == null
            ? BackupSetup.needRepository(home)
            : BackupSetup.local(given)
                ? Path.of(given).toAbsolutePath().normalize().toString()
                : given;
    if (given == null && BackupSetup.local(repository) && !Files.isDirectory(Path.of(repository))) {
      throw new OperatorException(
          repository + " is not there: mount its disk, or name another by --to");
    }
    boolean first = !Files.exists(home.secrets().resolve(Secrets.BACKUP_PASSWORD));
    containers.begin(repository);
    List<String> command = new ArrayList<>(List.of("backup"));
    if (given != null) {
      command.addAll(List.of("--to", ContainerBackups.inside(repository)));
    }
    int code = containers.run(inJson(this, command));
    if (code == DONE) {
      containers.noteAge();
      Path password = containers.takePassword();
      proposeSchedule();
      if (first) {
        tellOfPassword(password);
      }
    }
    return code;
  }

  private void proposeSchedule() throws IOException {
    if (BackupSchedule.daily(home).isEmpty()) {
      say("each day by itself, and verified: ./tanada backup schedule 03:30");
    }
  }

  /** A command in the container answers as this one is asked to. */
  static List<String> inJson(Operation command, List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    if (command.json()) {
      all.add("--json");
    }
    return all;
  }

  /** Whether this runs in the container of a system whose backups it makes. */
  static boolean inside() {
    return System.getenv("TANADA_INSIDE") != null;
  }

  /** What backups of a system of containers are made by; nothing where it runs natively. */
  static Optional<ContainerBackups> containers(Operation command) throws IOException {
    return inside()
        ? Optional.empty()
        : ContainerInstallation.find(command.home).map(ContainerLauncher::backups);
  }

  /** What there is. */
  @Command(name = "list", description = "Lists the backups, oldest first.")
  static final class ListAll extends Operation {
    @Override
    public Integer call() throws Exception {
      Optional<ContainerBackups> containers = containers(this);
      if (containers.isPresent()) {
        return containers.get().run(inJson(this, List.of("backup", "list")));
      }
      List<Backup.Listed> backups = new Backup(home, this::say).list();
      answer(Map.of("backups", backups));
      Table table = new Table(List.of("BACKUP", "MADE", "RESTORES FROM"), List.of());
      for (Backup.Listed backup : backups) {
        table.row(
            List.of(
                backup.snapshot(),
                backup.made().truncatedTo(ChronoUnit.SECONDS).toString(),
                backup.from().truncatedTo(ChronoUnit.MILLIS).toString()),
            "");
      }
      table.lines().forEach(this::say);
      return DONE;
    }
  }

  /** Whether it is good. */
  @Command(
      name = "verify",
      description =
          "Restores the newest backup into a place of its own, compares it with what was"
              + " recorded, and notes the result.")
  static final class Verify extends Operation {
    @Override
    public Integer call() throws Exception {
      Optional<ContainerBackups> containers = containers(this);
      if (containers.isPresent()) {
        int code = containers.get().run(inJson(this, List.of("backup", "verify")));
        containers.get().noteAge();
        return code;
      }
      Verification.Look look =
          inside() ? _ -> say("in containers no shop is started on it") : this::walk;
      Verification.Verified verified = new Verification(home, this::say, look).run();
      answer(verified);
      say(
          terminal.good("verified")
              + ": %s of %s, %d rows of %d tables, %d files"
                  .formatted(
                      verified.snapshot(),
                      verified.recorded().truncatedTo(ChronoUnit.SECONDS),
                      verified.rows(),
                      verified.tables(),
                      verified.files()));
      return DONE;
    }

    private void walk(Home restored) throws IOException {
      say("starting a shop on it");
      RestoredSystem.look(restored, home);
    }
  }

  /** By itself. */
  @Command(
      name = "schedule",
      description = {
        "Makes and verifies a backup each day at that time of this machine, at low priority, as",
        "long as the system runs; shows the time without one."
      })
  static final class Schedule extends Operation {
    @Parameters(paramLabel = "TIME", arity = "0..1", description = "As in 03:30, or off.")
    private @Nullable String time;

    @Option(names = "--zone", hidden = true, description = "Whose clock it is by.")
    private @Nullable ZoneId zone;

    @Override
    public Integer call() throws Exception {
      Optional<ContainerBackups> containers = containers(this);
      if (containers.isPresent()) {
        List<String> words = new ArrayList<>(List.of("backup", "schedule"));
        if (time != null) {
          words.addAll(List.of(time, "--zone", ZoneId.systemDefault().getId()));
        }
        int code = containers.get().run(inJson(this, words));
        containers.get().noteAge();
        return code;
      }
      if (time != null) {
        BackupSchedule.set(home, time, zone);
      }
      String daily = BackupSchedule.daily(home).orElse("off");
      answer(Map.of("daily", daily));
      say(
          daily.equals("off")
              ? "no backup is made by itself"
              : "a backup is made and verified each day at " + daily);
      return DONE;
    }
  }

  /** Away with it. */
  @Command(
      name = "export",
      description =
          "Copies all backups to a disk, with Tanada itself and a README that says how to bring"
              + " them back.")
  static final class ExportTo extends Operation {
    @Parameters(paramLabel = "DISK", description = "The directory where it is mounted.")
    private Path disk = Path.of("");

    @Override
    public Integer call() throws Exception {
      if (inside()) {
        new Export(home, this::say).backups(disk); // the rest is on the other side
        return DONE;
      }
      Optional<ContainerBackups> containers = containers(this);
      Path set =
          containers.isPresent()
              ? containers.get().export(disk, this::say)
              : new Export(home, this::say).to(disk);
      answer(Map.of("directory", set.toString()));
      say(terminal.good("exported") + " to " + set + ": README.txt there says how it comes back");
      say("the password is not on it: " + new Secrets(home).file(Secrets.BACKUP_PASSWORD));
      return DONE;
    }
  }
}
