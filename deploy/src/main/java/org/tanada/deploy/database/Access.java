package org.tanada.deploy.database;

import java.util.List;
import org.tanada.deploy.state.Secrets;
import org.tanada.deploy.topology.PlannedNode;

/**
 * How MariaDB's own programs get into a server.
 *
 * @param name of the node
 * @param options host and user
 * @param secrets where the password is
 * @param password the name of the user's secret
 */
public record Access(String name, List<String> options, Secrets secrets, String password) {
  public Access {
    options = List.copyOf(options);
  }

  /** As {@code root} to a server on this machine. */
  static Access local(DatabaseFiles files, Secrets secrets) {
    return new Access(
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
}
