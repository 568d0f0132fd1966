package org.tanada.common.http;

import java.io.IOException;
import java.net.SocketException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.HttpRequestRetryStrategy;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP client of calls that fit in memory. It writes and reads on the caller's own thread,
 * while the JDK's client hands each call over to other threads several times: {@code
 * docs/performance.md} compares them.
 */
final class BlockingHttp {
  /** More calls at once to one node wait for a connection. */
  private static final int CONNECTIONS_PER_NODE = 512;

  private static final int CONNECTIONS = 4096;

  private BlockingHttp() {}

  static CloseableHttpClient client(TierClientProperties limits, @Nullable SSLContext tls) {
    Timeout connect = Timeout.of(limits.connectTimeout());
    Timeout read = Timeout.of(limits.readTimeout());
    PoolingHttpClientConnectionManagerBuilder connections =
        PoolingHttpClientConnectionManagerBuilder.create();
    if (tls != null) { // whose trust looks at the name by itself
      connections.setTlsSocketStrategy(
          new DefaultClientTlsStrategy(
              tls, HostnameVerificationPolicy.CLIENT, NoopHostnameVerifier.INSTANCE));
    }
    return HttpClients.custom()
        .setConnectionManager(
            connections
                .setMaxConnPerRoute(CONNECTIONS_PER_NODE)
                .setMaxConnTotal(CONNECTIONS)
                .setDefaultSocketConfig(
                    SocketConfig.custom().setTcpNoDelay(true).setSoTimeout(read).build())
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(read)
                        // servers keep an idle connection for a minute
                        .setIdleTimeout(Timeout.ofSeconds(45))
                        .setValidateAfterInactivity(TimeValue.ofSeconds(1))
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(connect)
                .setResponseTimeout(read)
                .setRedirectsEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .build())
        .setRetryStrategy(new OnceMore())
        .disableAuthCaching()
        .disableContentCompression()
        .disableCookieManagement()
        .disableRedirectHandling()
        .disableDefaultUserAgent()
        .build();
  }

  /**
   * A kept connection may have been closed by the server just now (RFC 9112, 9.3.1): once more, by
   * another one. A node that is gone refuses that, and the caller takes the next.
   */
  private static final class OnceMore implements HttpRequestRetryStrategy {
    @Override
    public boolean retryRequest(
        HttpRequest request, IOException failure, int attempts, HttpContext context) {
      return attempts == 1
          && !Thread.currentThread().isInterrupted() // which closes its connection, too
          && (failure instanceof NoHttpResponseException
              || (failure instanceof SocketException
                  && !(failure instanceof java.net.ConnectException)));
    }

    @Override
    public boolean retryRequest(HttpResponse response, int attempts, HttpContext context) {
      return false;
    }

    @Override
    public TimeValue getRetryInterval(HttpResponse response, int attempts, HttpContext context) {
      return TimeValue.of(0, TimeUnit.MILLISECONDS);
    }
  }
}
