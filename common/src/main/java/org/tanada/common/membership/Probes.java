package org.tanada.common.membership;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;
import java.util.function.Consumer;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Asks nodes whether they are ready. Every process asks all nodes that it calls, all the time: this
 * is most of what a system costs that nobody uses. So each question is written and read on one
 * virtual thread, over a kept connection of the JDK's oldest client: its newest wakes several
 * threads for each.
 */
public final class Probes {
  /** Where a service says whether it is ready. */
  public static final String READINESS = "/actuator/health/readiness";

  private static final int LONGEST_ANSWER = 1 << 16;

  private final int timeoutMillis;
  private final @Nullable SSLSocketFactory tls;

  /** Probes that wait for so long to connect, and so long again for the answer. */
  Probes(Duration timeout, @Nullable SSLContext tls) {
    this.tls = tls == null ? null : tls.getSocketFactory();
    this.timeoutMillis = Math.toIntExact(timeout.toMillis());
  }

  /** Tells, later and on another thread, why the node is not ready: null says that it is. */
  void ask(Node node, Consumer<@Nullable String> verdict) {
    URI readiness = node.control().resolve(READINESS);
    Thread.ofVirtual().name("readiness-probe").start(() -> verdict.accept(whyNot(readiness)));
  }

  private @Nullable String whyNot(URI readiness) {
    try {
      int status = status(readiness, timeoutMillis, tls);
      return status == 200 ? null : "status " + status;
    } catch (IOException e) {
      return e.toString();
    }
  }

  /**
   * The status of an answer, which is read and left aside.
   *
   * @param timeoutMillis to connect, and so long again for the answer
   * @param tls for an address with https; the same each time, since a connection is kept for who
   *     asks by the very factory that made it
   */
  public static int status(URI address, int timeoutMillis, @Nullable SSLSocketFactory tls)
      throws IOException {
    HttpURLConnection connection = (HttpURLConnection) address.toURL().openConnection();
    if (tls != null && connection instanceof HttpsURLConnection secured) {
      secured.setSSLSocketFactory(tls);
    }
    connection.setConnectTimeout(timeoutMillis);
    connection.setReadTimeout(timeoutMillis);
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    int status = connection.getResponseCode();
    InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
    if (body != null) {
      try (body) { // only a connection whose answer has been read is kept
        body.readNBytes(LONGEST_ANSWER);
      }
    }
    return status;
  }
}
