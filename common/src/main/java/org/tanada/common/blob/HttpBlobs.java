package org.tanada.common.blob;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TierClients;
import org.tanada.common.http.TraceContext;
import org.tanada.common.membership.LiveTier;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@link Blobs} over HTTP: asks the node that is to hold the file first, then the others. */
public final class HttpBlobs implements Blobs {
  private static final int CHUNK = 64 * 1024;
  private static final Duration TO_BEGIN = Duration.ofSeconds(5);
  private static final Duration IDLE = Duration.ofSeconds(30);

  /** The last fsync of a large file on a slow card, on both copies. */
  private static final Duration TO_FINISH = Duration.ofMinutes(2);

  /** Some gigabytes read and written on a slow card; less than the gateway waits for an upload. */
  private static final Duration TO_COMPOSE = Duration.ofMinutes(9);

  private static final Duration TO_DELETE = Duration.ofSeconds(15);

  /** Until the head of an answer; the body takes as long as its reader. */
  private static final Duration TO_OPEN = Duration.ofSeconds(15);

  private final TierClients clients;
  private final JsonMapper json = JsonMapper.builder().build();

  /** Calls the tiers {@code storage-PURPOSE} by these clients. */
  public HttpBlobs(TierClients clients) {
    this.clients = clients;
  }

  @Override
  public Blob put(String purpose, long id, String contentType, InputStream content, long length) {
    LiveTier tier = tier(purpose);
    IOException last = null;
    HttpResponse<byte[]> refusal = null;
    for (Node node : BlobPlacement.order(id, tier.candidates())) {
      HttpRequest.Builder request = request(purpose, node, id).header("Content-Type", contentType);
      try (BlobUpload upload = new BlobUpload(clients.http(), request, length, IDLE)) {
        if (upload.begin(TO_BEGIN)) {
          return stored(stream(tier, node, upload, content, length));
        }
        HttpResponse<byte[]> answer = upload.finish(TO_BEGIN);
        if (answer.statusCode() != 503 && answer.statusCode() != 502) {
          return stored(answer);
        }
        refusal = answer; // it is leaving: the next one is there
      } catch (IOException e) {
        tier.reportFailure(node); // before the first byte: the next one takes it whole
        last = e;
      }
    }
    if (refusal != null) {
      return stored(refusal);
    }
    throw failed(purpose, last);
  }

  @Override
  public Opened open(String purpose, String address) {
    LiveTier tier = tier(purpose);
    IOException last = null;
    for (Node node : tier.candidates()) {
      HttpRequest request = request(purpose, node, address).timeout(TO_OPEN).GET().build();
      try {
        HttpResponse<InputStream> answer =
            send(request, HttpResponse.BodyHandlers.ofInputStream(), "reading");
        if (answer.statusCode() == 200) {
          remember(answer);
          String type = answer.headers().firstValue("Content-Type").orElse("");
          long length = answer.headers().firstValueAsLong("Content-Length").orElse(-1);
          String etag = answer.headers().firstValue("ETag").orElse("");
          InputStream body = new PatientStream(answer.body(), IDLE);
          return new Opened(
              type,
              length < 0 || etag.isEmpty()
                  ? body
                  : new ResumedStream(body, length, at -> from(purpose, node, address, at, etag)));
        }
        try (InputStream body = answer.body()) {
          if (answer.statusCode() != 503) {
            throw clients.problem(answer.statusCode(), body.readNBytes(CHUNK));
          }
        }
      } catch (IOException e) {
        tier.reportFailure(node);
        last = e;
      }
    }
    throw failed(purpose, last);
  }

  /** The same content from a position on, of another node than the one that broke off. */
  private InputStream from(String purpose, Node broken, String address, long at, String etag)
      throws IOException {
    List<Node> others = new ArrayList<>(tier(purpose).candidates());
    others.remove(broken);
    others.add(broken); // it may be back
    for (Node node : others) {
      HttpRequest request =
          request(purpose, node, address)
              .header("Range", "bytes=" + at + "-")
              .header("If-Match", etag)
              .timeout(TO_OPEN)
              .GET()
              .build();
      try {
        HttpResponse<InputStream> answer =
            send(request, HttpResponse.BodyHandlers.ofInputStream(), "reading");
        String range = answer.headers().firstValue("Content-Range").orElse("");
        if (answer.statusCode() == 206 && range.startsWith("bytes " + at + "-")) {
          return new PatientStream(answer.body(), IDLE);
        }
        answer.body().close();
      } catch (IOException e) {
        tier(purpose).reportFailure(node);
      }
    }
    throw new IOException("no storage server for " + purpose + " goes on behind byte " + at);
  }

  @Override
  public Blob compose(String purpose, long id, String contentType, List<Long> parts, long length) {
    LiveTier tier = tier(purpose);
    byte[] body = json.writeValueAsBytes(new Parts(contentType, length, parts));
    IOException last = null;
    HttpResponse<byte[]> refusal = null;
    for (Node node : BlobPlacement.order(id, tier.candidates())) {
      HttpRequest request =
          request(purpose, node, "/v1/blobs/" + id + "/composition")
              .header("Content-Type", "application/json")
              .timeout(TO_COMPOSE)
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      try {
        HttpResponse<byte[]> answer =
            send(request, HttpResponse.BodyHandlers.ofByteArray(), "upload");
        if (answer.statusCode() != 503 && answer.statusCode() != 502) {
          return stored(answer);
        }
        refusal = answer;
      } catch (IOException e) {
        if (e instanceof HttpTimeoutException && !(e instanceof HttpConnectTimeoutException)) {
          throw failed(purpose, e); // another one would hardly be faster
        }
        tier.reportFailure(node); // the parts are there still: the next one makes it
        last = e;
      }
    }
    if (refusal != null) {
      return stored(refusal);
    }
    throw failed(purpose, last);
  }

  @Override
  public void delete(String purpose, long id) {
    LiveTier tier = tier(purpose);
    IOException last = null;
    for (Node node : tier.candidates()) {
      HttpRequest request = request(purpose, node, id).timeout(TO_DELETE).DELETE().build();
      try {
        HttpResponse<byte[]> answer =
            send(request, HttpResponse.BodyHandlers.ofByteArray(), "deletion");
        if (answer.statusCode() == 503) {
          continue;
        }
        remember(answer);
        if (answer.statusCode() >= 400) {
          throw clients.problem(answer.statusCode(), answer.body());
        }
        return;
      } catch (IOException e) {
        tier.reportFailure(node);
        last = e;
      }
    }
    throw failed(purpose, last);
  }

  private <T> HttpResponse<T> send(
      HttpRequest request, HttpResponse.BodyHandler<T> body, String what) throws IOException {
    try {
      return clients.http().send(request, body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The " + what + " was interrupted.", e);
    }
  }

  private static HttpResponse<byte[]> stream(
      LiveTier tier, Node node, BlobUpload upload, InputStream content, long length) {
    byte[] chunk = new byte[CHUNK];
    long left = length < 0 ? Long.MAX_VALUE : length;
    while (left > 0) {
      int count = read(content, chunk, left);
      if (count < 0 && length >= 0) {
        throw new ProblemException(
            ProblemCode.DIGEST_MISMATCH,
            "The content ended " + left + " bytes before its announced length.");
      }
      if (count < 0) {
        break;
      }
      left -= count;
      try {
        if (!upload.write(chunk, 0, count)) {
          break; // it has answered: see what
        }
      } catch (IOException e) {
        throw lost(tier, node, e);
      }
    }
    try {
      return upload.finish(TO_FINISH);
    } catch (IOException e) {
      throw lost(tier, node, e);
    }
  }

  private static int read(InputStream content, byte[] chunk, long left) {
    try {
      return content.read(chunk, 0, (int) Math.min(chunk.length, left));
    } catch (SocketTimeoutException e) {
      throw new ProblemException(
          ProblemCode.REQUEST_TIMEOUT, "The content did not arrive in time.", e);
    } catch (IOException e) {
      throw new ProblemException(
          ProblemCode.DIGEST_MISMATCH, "The content broke off before its end.", e);
    }
  }

  private Blob stored(HttpResponse<byte[]> answer) {
    remember(answer);
    if (answer.statusCode() >= 300) {
      throw clients.problem(answer.statusCode(), answer.body());
    }
    try {
      return json.readValue(answer.body(), Blob.class);
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED, "The storage answered something unreadable.", e);
    }
  }

  private LiveTier tier(String purpose) {
    return clients.tiers().tier("storage-" + purpose);
  }

  private HttpRequest.Builder request(String purpose, Node node, long id) {
    return request(purpose, node, "/v1/blobs/" + id);
  }

  private HttpRequest.Builder request(String purpose, Node node, String path) {
    return HttpRequest.newBuilder(node.address().resolve(path))
        .header(TanadaHeaders.SERVICE_CREDENTIAL, clients.credential("storage-" + purpose))
        .header(TanadaHeaders.TRACEPARENT, TraceContext.outgoing());
  }

  private static void remember(HttpResponse<?> answer) {
    ServerTiming timing = ServerTiming.current();
    if (timing != null) {
      answer.headers().firstValue(ServerTiming.HEADER).ifPresent(timing::addAnswer);
    }
  }

  private static ProblemException lost(LiveTier tier, Node node, IOException e) {
    tier.reportFailure(node);
    return new ProblemException(code(e), "The storage node was lost during the upload.", e);
  }

  private static ProblemException failed(String purpose, @Nullable IOException last) {
    if (last == null) {
      return new ProblemException(
          ProblemCode.UNAVAILABLE, "No storage server for " + purpose + " is there.");
    }
    return new ProblemException(
        code(last), "No storage server for " + purpose + " answered.", last);
  }

  private static ProblemCode code(IOException e) {
    return e instanceof HttpTimeoutException
        ? ProblemCode.UPSTREAM_TIMEOUT
        : ProblemCode.UPSTREAM_FAILED;
  }

  /**
   * What a file is to be made of.
   *
   * @param contentType media type of the whole
   * @param length of the whole
   * @param parts ids, in order
   */
  private record Parts(String contentType, long length, List<Long> parts) {}
}
