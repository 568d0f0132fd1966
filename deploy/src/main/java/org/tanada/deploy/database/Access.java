package org.tanada.deploy.database;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/**
 * How the databases' own programs get into a server.
 *
 * @param client the program that sends statements
 * @param name of the node
 * @param options host and user
 * @param secrets where the password is
 * @param password the name of the user's secret
 */
public record Access(
    String client, String name, List<String> options, Secrets secrets, String password) {
  private static final String MARIADB = "mariadb";
  private static final String MYSQL = "mysql";

  /** All that MySQL takes of a replica's password. */
  private static final int REPLICATION_PASSWORD_LENGTH = 32;

  public Access {
    options = List.copyOf(options);
  }

  /** As {@code root} to a server on this machine. */
  static Access local(DatabaseFiles files, Secrets secrets) {
    return new Access(
        MARIADB,
        files.name(),
        List.of(
            "--protocol=socket",
            "--socket=" + files.socket(),
            "--user=root",
            "--skip-ssl"), // clients from 11.4 on insist on TLS otherwise, over a socket, too
        secrets,
        Secrets.DATABASE_ROOT_PASSWORD);
  }

  /** As {@code tanada}, who may see what replication needs, to a server on another machine. */
  public static Access remote(PlannedNode node, Secrets secrets) {
    return new Access(
        MARIADB,
        node.name(),
        List.of(
            "--protocol=tcp",
            "--host=" + node.host(),
            "--port=" + node.port(),
            "--user=tanada",
            "--skip-ssl"),
        secrets,
        Secrets.DATABASE_PASSWORD);
  }

  /**
   * To a MySQL server of another container.
   *
   * @param user whose password is that secret
   */
  public static Access member(PlannedNode node, Secrets secrets, String user, String password) {
    return new Access(
        MYSQL,
        node.name(),
        List.of(
            "--protocol=tcp",
            "--host=" + node.host(),
            "--port=" + node.port(),
            "--user=" + user,
            "--get-server-public-key"),
        secrets,
        password);
  }

  /** As {@code root} to a MySQL server in this container. */
  public static Access mysqlSocket(String name, Path socket, Secrets secrets) {
    return new Access(
        MYSQL,
        name,
        List.of("--protocol=socket", "--socket=" + socket, "--user=root"),
        secrets,
        Secrets.DATABASE_ROOT_PASSWORD);
  }

  /** What the user signs in with. */
  public String secret() throws IOException {
    return client.equals(MYSQL) && password.equals(Secrets.REPLICATION_PASSWORD)
        ? replicationPassword(secrets)
        : secrets.get(password);
  }

  /** Of MySQL's user {@code replication}. */
  public static String replicationPassword(Secrets secrets) throws IOException {
    String whole = secrets.get(Secrets.REPLICATION_PASSWORD);
    return whole.substring(0, Math.min(REPLICATION_PASSWORD_LENGTH, whole.length()));
  }
}
