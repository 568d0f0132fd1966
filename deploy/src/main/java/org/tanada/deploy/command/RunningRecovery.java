package org.tanada.deploy.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.tanada.deploy.backup.Backup;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.backup.Restoration;
import org.tanada.deploy.drill.Recovery;
import org.tanada.deploy.launcher.Launcher;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;
import org.tanada.deploy.topology.TopologyFile;

/** The native installation here, its backups and its end. */
final class RunningRecovery implements Recovery {
  private final Home home;
  private final Launcher launcher;
  private final Terminal terminal;
  private final boolean quiet;
  private final Control control;
  private final Consumer<String> say;

  /**
   * Of an installation.
   *
   * @param quiet shows nothing of how a start goes
   * @param say takes a line now and then
   */
  RunningRecovery(
      Home home, Launcher launcher, Terminal terminal, boolean quiet, Consumer<String> say) {
    this.home = home;
    this.launcher = launcher;
    this.terminal = terminal;
    this.quiet = quiet;
    this.control = new Control(home);
    this.say = say;
  }

  @Override
  public void backup() throws IOException {
    new BackupSetup(home).begin(null); // fails where nobody has ever said where to
    new BackupNode(home, control).ensure(launcher);
    new Backup(home, say).make();
  }

  @Override
  public void save(Instant moment) throws IOException {
    new Backup(home, say).saveUntil(moment);
  }

  @Override
  public void destroy() throws IOException {
    new NativeStop(control, terminal).run();
    for (Path data : data()) {
      StateFiles.deleteTree(data);
    }
  }

  private List<Path> data() throws IOException {
    try (Stream<Path> nodes = Files.list(home.directory().resolve("nodes"))) {
      return nodes.map(node -> node.resolve("data")).filter(Files::exists).toList();
    }
  }

  @Override
  public void restore(Instant moment) throws IOException {
    Restoration restoration = Restoration.ofHome(home, say);
    Restoration.Replaced replaced = restoration.inPlace(restoration.loss(moment));
    replaced.done().damaged().stream()
        .findFirst()
        .ifPresent(file -> {
          throw new OperatorException("damaged in the repository: " + file);
        });
    StateFiles.deleteTree(replaced.aside()); // nothing was left that it could keep
  }

  @Override
  public void start() throws IOException {
    try {
      new NativeStart(home, control, terminal, quiet).run(TopologyFile.read(home.topology()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the start was interrupted", e);
    }
  }
}
