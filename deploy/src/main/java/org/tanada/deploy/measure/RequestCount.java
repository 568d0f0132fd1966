package org.tanada.deploy.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.tanada.common.http.TanadaHeaders;

/** How many requests a service has answered since its start, from its metrics. */
public final class RequestCount {
  private static final int MILLIS = 1500;

  private RequestCount() {}

  /**
   * Asks a service.
   *
   * @param control where its {@code /actuator} is
   * @param tls for an address with https
   * @return nothing when it does not answer
   */
  public static OptionalDouble of(URI control, String credential, @Nullable SSLContext tls) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection) control.resolve("/actuator/prometheus").toURL().openConnection();
      if (tls != null && connection instanceof HttpsURLConnection secured) {
        secured.setSSLSocketFactory(tls.getSocketFactory());
      }
      connection.setConnectTimeout(MILLIS);
      connection.setReadTimeout(MILLIS);
      connection.setRequestProperty(TanadaHeaders.SERVICE_CREDENTIAL, credential);
      if (connection.getResponseCode() != 200) {
        return OptionalDouble.empty();
      }
      try (BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        return OptionalDouble.of(sum(reader.lines()));
      }
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /** The sum of the counters of requests; those to {@code /actuator} do not count. */
  public static double sum(Stream<String> metrics) {
    return metrics
        .filter(line ->
            line.startsWith("http_server_requests_seconds_count")
                || line.startsWith("tanada_edge_requests_total")
                || line.startsWith("tanada_balancer_requests_total"))
        .filter(line -> !line.contains("uri=\"/actuator"))
        .map(line -> line.substring(line.lastIndexOf(' ') + 1))
        .mapToDouble(Double::parseDouble)
        .sum();
  }
}
