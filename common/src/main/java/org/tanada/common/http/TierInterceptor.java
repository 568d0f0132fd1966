package org.tanada.common.http;

import java.net.URI;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.support.HttpRequestWrapper;
import org.springframework.web.util.UriComponentsBuilder;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.permission.ServiceName;

/** Shows the credential, continues the trace, and sends the call to a node that is up. */
final class TierInterceptor implements ClientHttpRequestInterceptor {
  private final Failover failover;
  private final CredentialIssuer credentials;
  private final ServiceName audience;

  TierInterceptor(Failover failover, CredentialIssuer credentials, ServiceName audience) {
    this.failover = failover;
    this.credentials = credentials;
    this.audience = audience;
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) {
    request.getHeaders().set(TanadaHeaders.SERVICE_CREDENTIAL, credentials.of(audience));
    request.getHeaders().set(TanadaHeaders.TRACEPARENT, TraceContext.outgoing());
    String client = ClientAddress.current();
    if (client != null) {
      request.getHeaders().set(TanadaHeaders.FORWARDED_FOR, client);
    }
    return failover.call(
        node -> ReadResponse.of(execution.execute(new At(request, node.address()), body)));
  }

  /** The same request at a node's address. */
  private static final class At extends HttpRequestWrapper {
    private final URI uri;

    At(HttpRequest request, URI address) {
      super(request);
      this.uri =
          UriComponentsBuilder.fromUri(request.getURI())
              .scheme(address.getScheme())
              .host(address.getHost())
              .port(address.getPort())
              .build(true)
              .toUri();
    }

    @Override
    public URI getURI() {
      return uri;
    }
  }
}
