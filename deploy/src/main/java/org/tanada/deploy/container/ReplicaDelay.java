package org.tanada.deploy.container;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.state.OperatorException;

/** Lets a MySQL replica in a container apply what it receives so much later. */
final class ReplicaDelay {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private static final String SCRIPT =
      """
      set -eu
      export MYSQL_PWD=$(cat /run/secrets/database-root-password)
      root() { mysql --no-defaults -u root -S /tmp/mysql.sock --connect-timeout=2 -BN -e "$1"; }
      [ -n "$(root "SHOW REPLICA STATUS FOR CHANNEL ''")" ] || exit 0
      root "STOP REPLICA SQL_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_DELAY = $1; START REPLICA SQL_THREAD"
      """;

  private ReplicaDelay() {}

  /** Sets it; does nothing to a primary, or a member of a group. */
  static void set(Docker docker, Container container, long seconds) throws IOException {
    Docker.Answer answer =
        docker.run(
            LIMIT,
            List.of("exec", container.id(), "bash", "-c", SCRIPT, "delay", Long.toString(seconds)));
    if (answer.code() != 0) {
      throw new OperatorException(container.service() + " cannot be made to lag: " + answer.why());
    }
  }
}
