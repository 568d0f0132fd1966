package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.Secrets;

/** Where an installation's backups go, and the secret that opens them. */
public final class BackupSetup {
  /** The operator's own file of secrets for what restic needs to get at a repository. */
  public static final String ENVIRONMENT = "backup-environment";

  private final Home home;

  /** The set-up of an installation. */
  public BackupSetup(Home home) {
    this.home = home;
  }

  /** Where backups go, if anybody has said so. */
  public static Optional<String> repository(Home home) throws IOException {
    return new BackupFiles(home).repository();
  }

  /**
   * The same, where there has to be one.
   *
   * @throws org.tanada.deploy.state.OperatorException if no backup was made here
   */
  public static String needRepository(Home home) throws IOException {
    return new BackupFiles(home).needRepository();
  }

  /** Whether a repository's address is a directory of this machine. */
  public static boolean local(String repository) {
    return Repository.local(repository);
  }

  /** Remembers where they go, where others make them. */
  public static void remember(Home home, String repository) throws IOException {
    new BackupFiles(home).setRepository(repository);
  }

  /**
   * Makes what is missing.
   *
   * @param repository where to from now on; null if that stays
   * @return whether the password was made by this
   * @throws org.tanada.deploy.state.OperatorException if nobody has ever said where to
   */
  public boolean begin(@Nullable String repository) throws IOException {
    BackupFiles files = new BackupFiles(home);
    Secrets secrets = new Secrets(home);
    boolean first = !Files.exists(secrets.file(Secrets.BACKUP_PASSWORD));
    if (repository == null) {
      files.needRepository();
    }
    secrets.make(Secrets.BACKUP_PASSWORD);
    if (repository != null) {
      Repository given = Repository.of(files, repository);
      given.make(); // what cannot be used is not remembered
      files.setRepository(given.address());
    }
    return first;
  }
}
