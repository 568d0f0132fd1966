package org.tanada.deploy.container;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.state.OperatorException;

/** Statements on a MySQL server, as {@code root} from inside its container. */
final class MemberSql {
  private static final String SCRIPT =
      """
      export MYSQL_PWD=$(</run/secrets/database-root-password)
      exec timeout "$1" mysql --no-defaults -u root -S /tmp/mysql.sock --connect-timeout=2 $2 -e "$3"
      """;

  private static final int SECONDS = 15;

  private final Docker docker;
  private final String name;
  private final Container container;

  MemberSql(Docker docker, String name, Container container) {
    this.docker = docker;
    this.name = name;
    this.container = container;
  }

  /**
   * Runs statements.
   *
   * @return the rows, columns separated by tabs
   * @throws OperatorException with the server's words if it refuses or does not answer
   */
  List<String> run(String statements) throws IOException {
    return run(statements, SECONDS);
  }

  /** The same, with so much patience. */
  List<String> run(String statements, int seconds) throws IOException {
    return checked(execute(statements, "-BN", seconds)).lines().toList();
  }

  /** A statement whose one row is shown with a line for each column. */
  String row(String statement) throws IOException {
    return checked(execute(statement, "-E", SECONDS));
  }

  /** Rows of statements that may fail because there is no such schema or table: then without. */
  Optional<List<String>> find(String statements) throws IOException {
    Docker.Answer answer = execute(statements, "-BN", 4);
    boolean missing = answer.error().matches("(?s).*ERROR (1049|1146) .*");
    return answer.code() == 0 || missing
        ? Optional.of(answer.output().lines().toList())
        : Optional.empty();
  }

  private String checked(Docker.Answer answer) {
    if (answer.code() != 0) {
      throw new OperatorException(
          name
              + (answer.code() == 124 || answer.code() == 137
                  ? " does not answer its client"
                  : ": " + answer.why()));
    }
    return answer.output();
  }

  private Docker.Answer execute(String statements, String options, int seconds) throws IOException {
    return docker.run(
        Duration.ofSeconds(seconds + 3L),
        List.of(
            "exec",
            container.id(),
            "bash",
            "-c",
            SCRIPT,
            "sql",
            Integer.toString(seconds),
            options,
            statements));
  }

  /** Runs a script of bash beside the server. */
  void script(String script, String... arguments) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(List.of("exec", container.id(), "bash", "-c", script, "script"));
    command.addAll(List.of(arguments));
    checked(docker.run(Duration.ofSeconds(SECONDS), command));
  }
}
