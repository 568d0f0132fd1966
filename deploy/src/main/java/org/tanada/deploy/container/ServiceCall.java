package org.tanada.deploy.container;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.tls.InsideTls;
import org.tanada.deploy.container.Containers.Container;
import org.tanada.deploy.launcher.Launcher.Reply;

/**
 * A request to a service from inside its container: its network has no way in, its image no curl,
 * but bash and, for services that speak TLS, openssl.
 */
final class ServiceCall {
  /** Its arguments: the name of the credential's field, a path, a body. */
  static final String SCRIPT =
      """
      port=${MANAGEMENT_SERVER_PORT:-$SERVER_PORT}
      ask() {
        if [ -n "${TANADA_TLS_DIRECTORY:-}" ]; then
          openssl s_client -quiet -connect "127.0.0.1:$port" -CAfile "$TANADA_TLS_DIRECTORY/%s" \
            -verify_hostname %s -verify_return_error 2>/dev/null
        else
          exec 3<>"/dev/tcp/127.0.0.1/$port" && cat >&3 && cat <&3
        fi
      }
      LC_ALL=C
      method=POST
      [ -n "$3" ] || method=GET
      printf '%%s %%s HTTP/1.0\\r\\nHost: localhost\\r\\n%%s: %%s\\r\\nContent-Type: application/json\\r\\nContent-Length: %%s\\r\\n\\r\\n%%s' \
        "$method" "$2" "$1" "$TANADA_CREDENTIAL" "${#3}" "$3" | ask
      """
          .formatted(InsideTls.AUTHORITY, InsideTls.NAME);

  private ServiceCall() {}

  /**
   * Asks; empty if the service does not answer.
   *
   * @param credential what it is shown; in the environment, since all of a machine see arguments
   * @param body JSON; empty for a GET, else it is a POST
   * @param limit for the whole exchange
   */
  static Optional<Reply> ask(
      Docker docker,
      Container container,
      String credential,
      String path,
      String body,
      Duration limit)
      throws IOException {
    Docker.Answer answer =
        docker.run(
            limit,
            Map.of("TANADA_CREDENTIAL", credential),
            List.of(
                "exec",
                "--env",
                "TANADA_CREDENTIAL",
                container.id(),
                "bash",
                "-c",
                SCRIPT,
                "ask",
                TanadaHeaders.SERVICE_CREDENTIAL,
                path,
                body));
    return answer.code() == 0 ? parse(answer.output()) : Optional.empty();
  }

  /** The status and the body of an answer of HTTP. */
  static Optional<Reply> parse(String text) {
    String plain = text.replace("\r\n", "\n");
    String[] status = plain.split(" ", 3);
    int end = plain.indexOf("\n\n");
    if (status.length < 3 || !status[0].startsWith("HTTP/") || end < 0) {
      return Optional.empty();
    }
    return Optional.of(new Reply(Integer.parseInt(status[1]), plain.substring(end + 2)));
  }
}
