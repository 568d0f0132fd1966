package org.tanada.deploy.command;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.tanada.deploy.backup.BackupSetup;
import org.tanada.deploy.container.ContainerBackups;
import org.tanada.deploy.container.ContainerLauncher;
import org.tanada.deploy.drill.Recovery;
import org.tanada.deploy.state.Home;

/** The containers here, their backups and the end of their data. */
final class ContainerRecovery implements Recovery {
  private final Home home;
  private final ContainerLauncher launcher;
  private final ContainerBackups backups;
  private final Consumer<String> say;

  /** Of an installation; tells how a backup and a restore go on. */
  ContainerRecovery(Home home, ContainerLauncher launcher, Consumer<String> say) {
    this.home = home;
    this.launcher = launcher;
    this.backups = launcher.backups();
    this.say = say;
  }

  @Override
  public void backup() throws IOException {
    backups.begin(BackupSetup.needRepository(home));
    backups.run(List.of("backup"), say);
  }

  @Override
  public void save(Instant moment) throws IOException {
    backups.run(List.of("backup", "--until", moment.toString()), say);
  }

  @Override
  public void destroy() throws IOException {
    launcher.down(false, _ -> {});
    backups.destroy();
  }

  @Override
  public void restore(Instant moment) throws IOException {
    backups.inPlace(List.of("--at", moment.toString()), say);
  }

  @Override
  public void start() throws IOException {
    launcher.up(_ -> {});
  }
}
