package org.tanada.auth.provider;

import com.nimbusds.common.contenttype.ContentType;
import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.http.HTTPRequest;
import com.nimbusds.oauth2.sdk.http.HTTPRequestSender;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.http.ReadOnlyHTTPRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls of one provider. Each ends in time, however slowly the provider drips; its answer is no
 * longer than it may be; redirects are not followed; and no more than some run at a time, so that a
 * provider that hangs holds up nobody else.
 */
final class ProviderHttp implements HTTPRequestSender, ResourceRetriever {
  private final HttpClient client;
  private final ProviderCallProperties limits;
  private final Semaphore turns;

  /** Calls by a client that follows no redirects. */
  ProviderHttp(HttpClient client, ProviderCallProperties limits) {
    this.client = client;
    this.limits = limits;
    this.turns = new Semaphore(limits.concurrent());
  }

  /**
   * Calls.
   *
   * @throws IOException if no whole answer came in time, or too many calls are under way
   */
  @Override
  public HTTPResponse send(ReadOnlyHTTPRequest request) throws IOException {
    HttpRequest.Builder builder = HttpRequest.newBuilder(request.getURI());
    request
        .getHeaderMap()
        .forEach((name, values) -> values.forEach(value -> builder.header(name, value)));
    String body = request.getBody();
    builder.method(
        request.getMethod().name(),
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body));
    HttpResponse<byte[]> answer = call(builder);
    HTTPResponse response = new HTTPResponse(answer.statusCode());
    answer
        .headers()
        .map()
        .forEach((name, values) -> {
          if (!name.startsWith(":")) { // of HTTP/2
            response.setHeader(name, values.toArray(String[]::new));
          }
        });
    response.setBody(new String(answer.body(), StandardCharsets.UTF_8));
    return response;
  }

  /** An address's JSON. */
  HTTPResponse get(URI address) throws IOException {
    HTTPRequest request = new HTTPRequest(HTTPRequest.Method.GET, address);
    request.setAccept("application/json");
    return send(request);
  }

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    try {
      HTTPResponse answer = get(url.toURI());
      answer.ensureStatusCode(200);
      ContentType type = answer.getEntityContentType();
      return new Resource(String.valueOf(answer.getBody()), type == null ? null : type.toString());
    } catch (URISyntaxException | ParseException e) {
      throw new IOException("the keys cannot be read: " + e.getMessage(), e);
    }
  }

  private HttpResponse<byte[]> call(HttpRequest.Builder builder) throws IOException {
    if (!turns.tryAcquire()) {
      throw new IOException("more than " + limits.concurrent() + " calls are under way");
    }
    try {
      CompletableFuture<HttpResponse<byte[]>> answer =
          client.sendAsync(
              builder.timeout(limits.timeout()).build(),
              BodyHandlers.limiting(BodyHandlers.ofByteArray(), limits.maxAnswer().toBytes()));
      try {
        return answer.get(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        answer.cancel(true);
        throw new IOException("no whole answer within " + limits.timeout(), e);
      } catch (ExecutionException e) {
        throw new IOException(String.valueOf(e.getCause()), e.getCause());
      } catch (InterruptedException e) {
        answer.cancel(true);
        Thread.currentThread().interrupt();
        throw new IOException("the server is stopping", e);
      }
    } finally {
      turns.release();
    }
  }
}
