package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.tanada.deploy.container.ContainerInstallation;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.launcher.NativeLauncher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What all commands share: the installation, the terminal, {@code --json} and {@code --help}. */
@Command(mixinStandardHelpOptions = true)
public abstract class Operation implements Callable<Integer> {
  /** Exit code of a command that did what it was asked. */
  protected static final int DONE = 0;

  /** Exit code of a command that failed. */
  protected static final int FAILED = 1;

  @Option(names = "--json", description = "Answers one JSON object for machines.")
  private boolean json;

  /** The installation. */
  protected final Home home = Home.fromEnvironment();

  /** Its control. */
  protected final Control control = new Control(home);

  /** What a person reads. */
  protected final Terminal terminal = Terminal.fromEnvironment();

  /** Whether a machine reads the answer. */
  protected boolean json() {
    return json;
  }

  /** Prints a line for a person; nothing when a machine reads. */
  protected void say(String text) {
    if (!json) {
      terminal.line(text);
    }
  }

  /** Prints the answer for a machine; nothing when a person reads. */
  protected void answer(Object value) {
    if (json) {
      System.out.println(StateFiles.json(value));
    }
  }

  /**
   * The system that was set up here, however its nodes run.
   *
   * @throws OperatorException that says how to set one up
   */
  protected Launcher launcher() throws IOException {
    Optional<ContainerLauncher> containers = ContainerInstallation.find(home);
    if (containers.isPresent()) {
      return containers.get();
    }
    if (Files.exists(home.desired())) {
      return new NativeLauncher(home);
    }
    throw new OperatorException("nothing is set up here: run ./tanada up");
  }
}
