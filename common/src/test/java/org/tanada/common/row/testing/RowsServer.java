package org.tanada.common.row.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Offers rows over real HTTP on a random port, as db-router does: for tests of its callers. */
public final class RowsServer implements AutoCloseable {
  private final RowsContract rows;
  private final ServiceName caller;
  private final CredentialVerifier credentials = TestCredentials.verifier(ServiceName.ROUTER);
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final JsonMapper json =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  /** Starts to serve one service, by its credential. */
  public RowsServer(RowsContract rows, ServiceName caller) {
    this.rows = rows;
    this.caller = caller;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/actuator/health/readiness", exchange -> write(exchange, 200, "{}"));
    server.createContext("/v1/", this::serve);
    server.start();
  }

  /** A line of an inventory, for example {@code router: [{name: router-1, …}]}. */
  public String inventory() {
    return "router:\n  - {name: router-1, address: \"http://127.0.0.1:"
        + server.getAddress().getPort()
        + "\"}\n";
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    try {
      if (caller
          != credentials.caller(
              exchange.getRequestHeaders().getFirst(TanadaHeaders.SERVICE_CREDENTIAL))) {
        throw new ProblemException(ProblemCode.UNAUTHENTICATED, "The credential is wrong.");
      }
      Object answer = answer(exchange.getRequestURI().getPath(), body);
      write(exchange, 200, answer == null ? "" : json.writeValueAsString(answer));
    } catch (ProblemException e) {
      write(exchange, e.code().status(), json.writeValueAsString(e.problem()));
    } catch (JacksonException e) {
      Problem problem = Problem.of(ProblemCode.MALFORMED_REQUEST, e.toString());
      write(exchange, 400, json.writeValueAsString(problem));
    } catch (RuntimeException e) {
      Problem problem = Problem.of(ProblemCode.INTERNAL, e.toString());
      write(exchange, 500, json.writeValueAsString(problem));
    }
  }

  private Object answer(String path, byte[] body) {
    return switch (path) {
      case "/v1/shards" -> rows.shards();
      case "/v1/reads" -> rows.read(json.readValue(body, RowsContract.Read.class));
      case "/v1/lists" -> rows.list(json.readValue(body, RowsContract.ListRows.class));
      case "/v1/transactions" -> rows.commit(json.readValue(body, Transaction.class));
      case "/v1/claims" -> {
        rows.claim(json.readValue(body, RowsContract.Claim.class));
        yield null;
      }
      case "/v1/claims/releases" -> {
        rows.release(json.readValue(body, RowsContract.Claim.class));
        yield null;
      }
      case "/v1/claims/resolutions" -> rows.resolve(json.readValue(body, RowsContract.Name.class));
      default -> throw new ProblemException(ProblemCode.NOT_FOUND, "There is no " + path + ".");
    };
  }

  private static void write(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    try (exchange) {
      exchange
          .getResponseHeaders()
          .set("Content-Type", status < 400 ? "application/json" : Problem.MEDIA_TYPE);
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }
}
