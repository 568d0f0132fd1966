package org.tanada.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.Executors;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** Clients that POST some 80 bytes. */
final class Clients {
  private static final String CREDENTIAL = "0123456789012345678901234567890123";
  private static final HttpClient JDK =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .executor(Executors.newVirtualThreadPerTaskExecutor())
          .build();
  private static final CloseableHttpClient APACHE =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(64)
                  .setMaxConnTotal(64)
                  .build())
          .disableAutomaticRetries()
          .disableCookieManagement()
          .disableContentCompression()
          .build();

  private Clients() {}

  /** One call after the other. */
  interface Client {
    void call() throws Exception;
  }

  static Client of(String kind, int port) throws IOException {
    URI uri = URI.create("http://127.0.0.1:" + port + "/v1/reads");
    return switch (kind) {
      case "bare socket" -> new Bare(port);
      case "java.net.http" -> () -> jdk(uri);
      case "Apache HttpClient 5, classic" -> () -> apache(uri);
      default -> throw new IllegalArgumentException(kind);
    };
  }

  private static void jdk(URI uri) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .header("Tanada-Service-Credential", CREDENTIAL)
            .POST(HttpRequest.BodyPublishers.ofByteArray(Stacks.BODY))
            .build();
    check(JDK.send(request, HttpResponse.BodyHandlers.ofByteArray()).body().length);
  }

  private static void apache(URI uri) throws Exception {
    HttpPost request = new HttpPost(uri);
    request.addHeader("Tanada-Service-Credential", CREDENTIAL);
    request.setEntity(new ByteArrayEntity(Stacks.BODY, ContentType.APPLICATION_JSON));
    check(
        APACHE.execute(
            request, response -> EntityUtils.toByteArray(response.getEntity()).length));
  }

  private static void check(int length) throws IOException {
    if (length != Stacks.ANSWER.length) {
      throw new IOException(length + " bytes");
    }
  }

  /** The least that a client can be. */
  private static final class Bare implements Client {
    private final Socket socket;
    private final byte[] request;
    private final byte[] answer = new byte[65536];

    Bare(int port) throws IOException {
      socket = new Socket("127.0.0.1", port);
      socket.setTcpNoDelay(true);
      request =
          ("POST /v1/reads HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
                  + "Tanada-Service-Credential: "
                  + CREDENTIAL
                  + "\r\nContent-Length: "
                  + Stacks.BODY.length
                  + "\r\n\r\n"
                  + new String(Stacks.BODY, StandardCharsets.US_ASCII))
              .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void call() throws IOException {
      socket.getOutputStream().write(request);
      InputStream in = socket.getInputStream();
      int read = 0;
      int end = Integer.MAX_VALUE;
      while (read < end) {
        int more = in.read(answer, read, answer.length - read);
        if (more < 0) {
          throw new EOFException();
        }
        read += more;
        if (end == Integer.MAX_VALUE) {
          end = end(new String(answer, 0, read, StandardCharsets.ISO_8859_1));
        }
      }
    }

    private static int end(String head) {
      int body = head.indexOf("\r\n\r\n");
      if (body < 0) {
        return Integer.MAX_VALUE;
      }
      String fields = head.substring(0, body + 2).toLowerCase(Locale.ROOT);
      int from = fields.indexOf("content-length:") + "content-length:".length();
      return body + 4 + Integer.parseInt(fields.substring(from, fields.indexOf('\r', from)).trim());
    }
  }
}
