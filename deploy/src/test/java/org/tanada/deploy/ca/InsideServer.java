package org.tanada.deploy.ca;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.tanada.common.tls.InsideTls;

/** A server that speaks TLS as our services do, and answers with what it was asked. */
public final class InsideServer implements AutoCloseable {
  private final HttpsServer server;
  private final Path secrets;

  /** With an authority of its own in the directory, and there the files of a service in secrets. */
  public InsideServer(Path directory) throws IOException {
    Map<String, String> files = new LocalAuthority(directory.resolve("ca")).inside();
    secrets = Files.createDirectories(directory.resolve("secrets"));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(secrets.resolve(file.getKey()), file.getValue());
    }
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
    server.setHttpsConfigurator(new HttpsConfigurator(shown(files)));
    server.createContext("/", InsideServer::answer);
    server.start();
  }

  /** What shows these files of {@link InsideTls}. */
  public static SSLContext shown(Map<String, String> files) {
    return SslBundle.of(
            new PemSslStoreBundle(
                PemSslStoreDetails.forCertificate(files.get(InsideTls.CERTIFICATE))
                    .withPrivateKey(files.get(InsideTls.KEY)),
                null))
        .createSslContext();
  }

  /** Where it listens on this machine. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** The directory with the files of {@link InsideTls}. */
  public Path secrets() {
    return secrets;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      byte[] answer =
          (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body)
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().equals("/busy") ? 503 : 200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
