package org.tanada.deploy;

import org.tanada.deploy.command.AuditCommand;
import org.tanada.deploy.command.BackupAgentCommand;
import org.tanada.deploy.command.BackupCommand;
import org.tanada.deploy.command.BoardDatabaseCommand;
import org.tanada.deploy.command.BoardNodeCommand;
import org.tanada.deploy.command.BoardsCommand;
import org.tanada.deploy.command.CaCommand;
import org.tanada.deploy.command.ContainerSetupCommand;
import org.tanada.deploy.command.DoctorCommand;
import org.tanada.deploy.command.DownCommand;
import org.tanada.deploy.command.DrillCommand;
import org.tanada.deploy.command.EffectsCommand;
import org.tanada.deploy.command.FilesCommand;
import org.tanada.deploy.command.KeysCommand;
import org.tanada.deploy.command.KillCommand;
import org.tanada.deploy.command.LogsCommand;
import org.tanada.deploy.command.MailCommand;
import org.tanada.deploy.command.OpenCommand;
import org.tanada.deploy.command.RestartCommand;
import org.tanada.deploy.command.RestoreCommand;
import org.tanada.deploy.command.RevokeCommand;
import org.tanada.deploy.command.ScaleCommand;
import org.tanada.deploy.command.ShardsCommand;
import org.tanada.deploy.command.ShipCommand;
import org.tanada.deploy.command.StartCommand;
import org.tanada.deploy.command.StatusCommand;
import org.tanada.deploy.command.StopCommand;
import org.tanada.deploy.command.SuperviseCommand;
import org.tanada.deploy.command.TestCommand;
import org.tanada.deploy.command.TrafficCommand;
import org.tanada.deploy.command.UpCommand;
import org.tanada.deploy.command.UsersCommand;
import org.tanada.deploy.state.OperatorException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The operator's command line, {@code ./tanada}. All commands are registered here. */
@Command(
    name = "./tanada",
    description = "A horizontally scalable web platform that one person can own.",
    mixinStandardHelpOptions = true,
    version = "Tanada 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    sortOptions = false,
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      ScaleCommand.class,
      StopCommand.class,
      StartCommand.class,
      RestartCommand.class,
      KillCommand.class,
      TrafficCommand.class,
      DrillCommand.class,
      ShardsCommand.class,
      FilesCommand.class,
      EffectsCommand.class,
      KeysCommand.class,
      RevokeCommand.class,
      UsersCommand.class,
      MailCommand.class,
      AuditCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      LogsCommand.class,
      OpenCommand.class,
      DoctorCommand.class,
      BoardsCommand.class,
      ShipCommand.class,
      CaCommand.class,
      TestCommand.class,
      SuperviseCommand.class,
      BackupAgentCommand.class,
      ContainerSetupCommand.class,
      BoardNodeCommand.class,
      BoardDatabaseCommand.class,
      CommandLine.HelpCommand.class,
    },
    footer = {"", "Exit codes: 0 done, 1 failed, 2 wrong usage."})
public final class Tanada implements Runnable {
  @Override
  public void run() {
    throw new CommandLine.ParameterException(new CommandLine(this), "");
  }

  /** Runs a command and exits with its code. */
  public static void main(String[] args) {
    System.exit(execute(args));
  }

  /** Runs a command: 0 done, 1 failed with one line that says what to do, 2 wrong usage. */
  public static int execute(String... args) {
    CommandLine line = new CommandLine(new Tanada());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, parsed) -> failed(e));
    line.setParameterExceptionHandler(Tanada::misused);
    return line.execute(args);
  }

  private static int misused(CommandLine.ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    if (args.length == 0) {
      command.usage(System.err);
    } else {
      System.err.println(oneLine(e) + " (see " + name + " --help)");
    }
    return CommandLine.ExitCode.USAGE;
  }

  private static int failed(Exception e) {
    System.err.println(
        e instanceof OperatorException || e instanceof IllegalArgumentException
            ? oneLine(e)
            : oneLine(e) + " (TANADA_DEBUG=1 shows more)");
    if (System.getenv("TANADA_DEBUG") != null) {
      e.printStackTrace();
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  private static String oneLine(Exception e) {
    String message = e.getMessage();
    boolean named =
        e instanceof OperatorException
            || e instanceof IllegalArgumentException
            || e instanceof CommandLine.ParameterException;
    String text =
        message == null || message.isBlank() ? e.toString() : named ? message : e.toString();
    return text.lines().findFirst().orElse("failed");
  }
}
