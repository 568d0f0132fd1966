package org.tanada.deploy.state;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.tanada.common.permission.ServiceName;
import org.tanada.deploy.topology.Kind;

/** The installation's secrets: random, made once, one file each with mode 0600. */
public final class Secrets {
  /** Key of signed URLs. */
  public static final String URL_SIGNING_KEY = "tanada.secret.url-signing-key";

  /** Of the database user {@code tanada}. */
  public static final String DATABASE_PASSWORD = "tanada.secret.database-password";

  /** Encrypts the private keys of tokens. */
  public static final String TOKEN_KEY_ENCRYPTION = "tanada.secret.token-key-encryption";

  /** The operator's own file: outside providers to sign in by, with what they call us. */
  public static final String PROVIDERS = "providers.yml";

  /**
   * The operator's own file: the server that mails are sent by, with what we sign in with there.
   */
  public static final String MAIL = "mail.yml";

  /** The operator's own files, for auth servers alone. */
  public static final List<String> OPERATORS = List.of(PROVIDERS, MAIL);

  /** Of the database user {@code root}, through the local socket only. */
  public static final String DATABASE_ROOT_PASSWORD = "database-root-password";

  /** Of the database user {@code replication}. */
  public static final String REPLICATION_PASSWORD = "replication-password";

  /** Of the database user {@code analyst}, who may read the views of people's tables only. */
  public static final String ANALYST_PASSWORD = "analyst-password";

  /** Of all demo users; printed, since somebody wants to sign in as one of them. */
  public static final String DEMO_PASSWORD = "demo-password";

  /** Of the repository of backups; whoever has lost it has lost them. Made by the first backup. */
  public static final String BACKUP_PASSWORD = "backup-password";

  private static final List<String> ALL =
      List.of(
          URL_SIGNING_KEY,
          DATABASE_PASSWORD,
          TOKEN_KEY_ENCRYPTION,
          DATABASE_ROOT_PASSWORD,
          REPLICATION_PASSWORD,
          ANALYST_PASSWORD,
          DEMO_PASSWORD);

  private final Path directory;

  /** The secrets of an installation. */
  public Secrets(Home home) {
    this(home.secrets());
  }

  /** The secrets in a directory. */
  public Secrets(Path directory) {
    this.directory = directory;
  }

  /** Makes those that are missing. */
  public void make() throws IOException {
    StateFiles.privateDirectory(directory);
    for (String name : ALL) {
      make(name);
    }
    serviceKeys().make();
  }

  /** The keys by which services know each other. */
  public ServiceKeyring serviceKeys() {
    return new ServiceKeyring(directory);
  }

  /** What a node of that kind gets under the name. */
  public String get(Kind kind, String name) throws IOException {
    return switch (name) {
      case ServiceKeyring.OWN -> serviceKeys().own(ServiceName.valueOf(kind.name()));
      case ServiceKeyring.PUBLIC -> Files.readString(directory.resolve(name));
      default -> get(name);
    };
  }

  /** Makes one of them, if it is missing. */
  public void make(String name) throws IOException {
    if (!Files.exists(file(name))) {
      byte[] bytes = new byte[36];
      new SecureRandom().nextBytes(bytes);
      StateFiles.write(file(name), Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }
  }

  /** The file that one of them is in. */
  public Path file(String name) {
    return directory.resolve(name);
  }

  /** One of them. */
  public String get(String name) throws IOException {
    return Files.readString(directory.resolve(name)).strip();
  }

  /** The names of those that a node of the given kind needs, and may see. */
  public static List<String> neededBy(Kind kind) {
    return switch (kind) {
      case ROUTER -> List.of(ServiceKeyring.OWN, ServiceKeyring.PUBLIC, DATABASE_PASSWORD);
      case AUTH -> List.of(ServiceKeyring.OWN, ServiceKeyring.PUBLIC, TOKEN_KEY_ENCRYPTION);
      case LB -> List.of(ServiceKeyring.OWN, ServiceKeyring.PUBLIC);
      case EDGE, APP, STORAGE ->
          List.of(ServiceKeyring.OWN, ServiceKeyring.PUBLIC, URL_SIGNING_KEY);
      case MYSQL ->
          List.of(
              DATABASE_PASSWORD, DATABASE_ROOT_PASSWORD, REPLICATION_PASSWORD, ANALYST_PASSWORD);
      case MEMCACHED, NGINX, BACKUP -> List.of();
    };
  }

  /** Takes one of the operator's files from elsewhere; an empty one says that there is nothing. */
  public void take(String name, Path from) throws IOException {
    StateFiles.privateDirectory(directory);
    StateFiles.write(directory.resolve(name), Files.readString(from));
  }

  /** One of the operator's files; a comment if there is none. */
  public String own(String name) throws IOException {
    Path own = directory.resolve(name);
    return Files.exists(own) ? Files.readString(own) : "# nothing of the operator's\n";
  }

  private void giveOwn(String name, Path to) throws IOException {
    Path own = directory.resolve(name);
    if (Files.exists(own)) {
      StateFiles.write(to.resolve(name), Files.readString(own));
    } else {
      Files.deleteIfExists(to.resolve(name));
    }
  }

  /** Gives a node the secrets of its kind in a directory of its own. */
  public void give(Kind kind, Path to) throws IOException {
    StateFiles.privateDirectory(to);
    for (String name : neededBy(kind)) {
      StateFiles.write(to.resolve(name), get(kind, name));
    }
    if (kind == Kind.AUTH) {
      for (String name : OPERATORS) {
        giveOwn(name, to);
      }
    }
  }
}
