package org.tanada.common.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpResponse;
import org.tanada.common.timing.ServerTiming;

/**
 * An answer that is here as a whole. Read at once, so that an answer that breaks off in the middle
 * is a failed attempt like any other, and the next server is asked.
 */
final class ReadResponse implements ClientHttpResponse, Failover.Answer {
  private static final int MAX_BYTES = 32 * 1024 * 1024;

  private final HttpStatusCode status;
  private final HttpHeaders headers;
  private final byte[] body;

  private ReadResponse(HttpStatusCode status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  /**
   * Reads the answer to its end.
   *
   * @throws IOException if it breaks off, or is longer than 32 MiB
   */
  static ReadResponse of(ClientHttpResponse response) throws IOException {
    try (response) {
      return new ReadResponse(
          response.getStatusCode(), response.getHeaders(), whole(response.getBody()));
    }
  }

  /**
   * The body of an answer.
   *
   * @throws IOException if it breaks off, or is longer than 32 MiB
   */
  static byte[] whole(InputStream body) throws IOException {
    byte[] bytes = body.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw new IOException("the answer is longer than " + MAX_BYTES + " bytes");
    }
    return bytes;
  }

  @Override
  public int status() {
    return status.value();
  }

  @Override
  public @Nullable String timing() {
    return headers.getFirst(ServerTiming.HEADER);
  }

  @Override
  public HttpStatusCode getStatusCode() {
    return status;
  }

  @Override
  public String getStatusText() {
    return "";
  }

  @Override
  public HttpHeaders getHeaders() {
    return headers;
  }

  @Override
  public InputStream getBody() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public void close() {
    // nothing is held open
  }
}
