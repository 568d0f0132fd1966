package org.tanada.common.http;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.membership.Node;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;

/**
 * Calls of one tier with a JSON body and a JSON answer, bytes in and bytes out: for paths on which
 * a contract's proxy costs more than the work that it asks for.
 */
public final class TierCaller {
  private static final byte[] NOTHING = {};

  private final TierClients clients;
  private final CredentialIssuer credentials;
  private final ServiceName audience;
  private final HttpClient http;
  private final Failover failover;
  private final Map<URI, HttpHost> hosts = new ConcurrentHashMap<>();

  TierCaller(
      TierClients clients,
      CredentialIssuer credentials,
      ServiceName audience,
      HttpClient http,
      Failover failover) {
    this.clients = clients;
    this.credentials = credentials;
    this.audience = audience;
    this.http = http;
    this.failover = failover;
  }

  /**
   * The body of the answer to a POST.
   *
   * @throws ProblemException if no node answered, or with an error
   */
  public byte[] post(String path, byte[] body) {
    String trace = TraceContext.outgoing();
    Whole answer = failover.call(node -> post(node, path, body, trace));
    if (answer.status >= 400) {
      throw clients.problem(answer.status, answer.body);
    }
    return answer.body;
  }

  private Whole post(Node node, String path, byte[] body, String trace) throws IOException {
    HttpHost host = hosts.computeIfAbsent(node.address(), HttpHost::create);
    BasicClassicHttpRequest request = new BasicClassicHttpRequest("POST", host, path);
    request.setHeader(TanadaHeaders.SERVICE_CREDENTIAL, credentials.of(audience));
    request.setHeader(TanadaHeaders.TRACEPARENT, trace);
    request.setEntity(new ByteArrayEntity(body, ContentType.APPLICATION_JSON));
    return http.execute(host, request, TierCaller::read);
  }

  /** Read at once: an answer that breaks off is a failed attempt, and the next node is asked. */
  private static Whole read(ClassicHttpResponse response) throws IOException {
    HttpEntity entity = response.getEntity();
    byte[] body = entity == null ? NOTHING : ReadResponse.whole(entity.getContent());
    Header timing = response.getFirstHeader(ServerTiming.HEADER);
    return new Whole(response.getCode(), timing == null ? null : timing.getValue(), body);
  }

  private static final class Whole implements Failover.Answer {
    private final int status;
    private final @Nullable String timing;
    private final byte[] body;

    Whole(int status, @Nullable String timing, byte[] body) {
      this.status = status;
      this.timing = timing;
      this.body = body;
    }

    @Override
    public int status() {
      return status;
    }

    @Override
    public @Nullable String timing() {
      return timing;
    }
  }
}
