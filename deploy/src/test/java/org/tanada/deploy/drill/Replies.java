package org.tanada.deploy.drill;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/** Answers of the small shops that drills are tried on. */
final class Replies {
  private Replies() {}

  /** Answers, and ends the exchange. */
  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
