package org.tanada.app.testing;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.ServiceName;

/** The control side of an edge: takes purges. */
public final class PurgeListener implements AutoCloseable {
  private final CredentialVerifier edge = TestCredentials.verifier(ServiceName.EDGE);
  private final HttpServer server;
  private volatile boolean down;
  private final List<String> purges = new CopyOnWriteArrayList<>();

  PurgeListener() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/",
        exchange -> {
          String credential = exchange.getRequestHeaders().getFirst("Tanada-Service-Credential");
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          if (down) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
          }
          purges.add(
              exchange.getRequestURI()
                  + " "
                  + (edge.caller(credential) == ServiceName.APP)
                  + " "
                  + body);
          byte[] answer = "{\"objects\":1}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  /** From now on nothing is purged, or works again. */
  public void down(boolean isDown) {
    down = isDown;
  }

  /** What was purged: path, whether the credential was shown, body. */
  public List<String> purges() {
    return List.copyOf(purges);
  }

  Node node() {
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new Node("edge-1", address, address, Map.of("region", "test"));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
