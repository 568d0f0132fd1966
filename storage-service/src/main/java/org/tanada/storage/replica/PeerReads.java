package org.tanada.storage.replica;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import org.tanada.storage.blob.Elsewhere;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;
import org.tanada.storage.place.UploadBody;

/**
 * Reads of files that this node lacks, or has damaged: streamed from another one. When that one
 * fails in the middle, the next one goes on from there.
 */
@Component
class PeerReads implements Elsewhere {
  private static final Logger log = LoggerFactory.getLogger(PeerReads.class);
  private static final Duration TO_ANSWER = Duration.ofSeconds(5);
  private static final List<String> ASKED =
      List.of(
          "Range",
          "If-Range",
          "If-None-Match",
          "If-Match",
          "If-Modified-Since",
          "If-Unmodified-Since");
  private static final List<String> TOLD =
      List.of(
          "Content-Type",
          "Content-Length",
          "Content-Range",
          "Content-Disposition",
          "Content-Security-Policy",
          "X-Content-Type-Options",
          "Accept-Ranges",
          "ETag",
          "Last-Modified",
          "Repr-Digest",
          "Content-Digest");

  private static final Pattern RANGE = Pattern.compile("^bytes ([0-9]{1,18})-");

  private final Peers peers;
  private final Suspects suspects;
  private final StorageProperties limits;

  PeerReads(Peers peers, Suspects suspects, StorageProperties limits) {
    this.suspects = suspects;
    this.peers = peers;
    this.limits = limits;
  }

  @Override
  public boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    IOException last = null;
    List<Node> up = peers.up(id);
    for (Node node : up) {
      HttpRequest.Builder asked = peers.request(node, ReplicaController.PATH + "/" + id);
      for (String name : ASKED) {
        String value = request.getHeader(name);
        if (value != null) {
          asked.header(name, value);
        }
      }
      asked.timeout(TO_ANSWER).method(request.getMethod(), HttpRequest.BodyPublishers.noBody());
      try {
        HttpResponse<InputStream> answer =
            peers.http().send(asked.build(), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
          if (known(answer.statusCode())) {
            ServerTiming.note("from " + node.name());
            relay(id, node, answer, body, policy, response);
            return true;
          }
          if (answer.statusCode() != 404) { // it may have it
            last = new IOException(node.name() + " answered " + answer.statusCode());
          }
        }
      } catch (IOException e) {
        if (response.isCommitted()) {
          throw e;
        }
        peers.lost(node, e);
        last = e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ProblemException(ProblemCode.UNAVAILABLE, "The read was interrupted.", e);
      }
    }
    return missing(last, up.size());
  }

  /** Absent only if every node that could hold it has said so. */
  private boolean missing(@Nullable IOException last, int asked) {
    boolean everybodyAsked = asked == peers.others().size();
    if (last == null && everybodyAsked) {
      return false;
    }
    throw new ProblemException(ProblemCode.UNAVAILABLE, "The node that may hold the file is away.");
  }

  @Override
  public void suspect(long id, IOException e) {
    suspects.add(id, e);
  }

  @Override
  public void goOn(StoredBlob.Facts facts, long at, long end, OutputStream out, IOException e)
      throws IOException {
    suspects.add(facts.id(), e);
    goOn(facts.id(), "\"" + facts.sha256() + "\"", at, end, out, Set.of());
  }

  /** Writes the rest from whichever nodes give it. */
  private void goOn(long id, String etag, long start, long end, OutputStream out, Set<String> tried)
      throws IOException {
    out.flush(); // whatever fails from here on is no answer of its own
    long at = start;
    for (Node node : peers.up(id)) {
      if (tried.contains(node.name())) {
        continue;
      }
      HttpRequest request =
          peers
              .request(node, ReplicaController.PATH + "/" + id)
              .header("Range", "bytes=" + at + "-" + (end - 1))
              .header("If-Match", etag)
              .timeout(TO_ANSWER)
              .GET()
              .build();
      try (InputStream body = rest(node, request, at)) {
        log.info("file {} is read on from node {} behind byte {}", id, node.name(), at);
        at = pass(body, at, end, out);
      }
      if (at == end) {
        return;
      }
    }
    throw new IOException("file " + id + " could be read up to byte " + at + " only");
  }

  /** The body of an answer that begins there; empty if it does not. */
  private InputStream rest(Node node, HttpRequest request, long at) throws IOException {
    try {
      HttpResponse<InputStream> answer =
          peers.http().send(request, HttpResponse.BodyHandlers.ofInputStream());
      String range = answer.headers().firstValue("Content-Range").orElse("");
      if (answer.statusCode() == 206 && range.startsWith("bytes " + at + "-")) {
        return answer.body();
      }
      answer.body().close();
    } catch (IOException e) {
      peers.lost(node, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return InputStream.nullInputStream();
  }

  /** Passes a body on; returns how far it came, if it breaks off, and throws if the reader does. */
  private long pass(InputStream body, long start, long end, OutputStream out) throws IOException {
    long at = start;
    try (StallGuard guard = new StallGuard(body, limits.peerIdle())) {
      byte[] chunk = new byte[UploadBody.CHUNK];
      while (at < end) {
        int count;
        try {
          count = guard.read(body, chunk, 0, (int) Math.min(chunk.length, end - at));
        } catch (IOException e) {
          log.warn("a read from another node broke off behind byte {}: {}", at, e.toString());
          return at;
        }
        if (count < 0) {
          return at;
        }
        out.write(chunk, 0, count);
        at += count;
      }
    }
    return at;
  }

  private static boolean known(int status) {
    return status == 200 || status == 206 || status == 304 || status == 412 || status == 416;
  }

  private void relay(
      long id,
      Node node,
      HttpResponse<InputStream> answer,
      InputStream body,
      Map<String, String> policy,
      HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.statusCode());
    for (String name : TOLD) {
      answer.headers().firstValue(name).ifPresent(value -> response.setHeader(name, value));
    }
    if (answer.statusCode() < 400) {
      policy.forEach(response::setHeader);
    } else {
      response.setHeader("Cache-Control", "no-store");
    }
    boolean head = answer.request().method().equals("HEAD");
    long length = answer.headers().firstValueAsLong("Content-Length").orElse(0);
    if (head || length == 0 || answer.statusCode() == 304) {
      return;
    }
    OutputStream out = response.getOutputStream();
    out.flush();
    long start = start(answer);
    long at = pass(body, start, start + length, out);
    if (at < start + length) {
      String etag = answer.headers().firstValue("ETag").orElse("");
      goOn(id, etag, at, start + length, out, Set.of(node.name()));
    }
  }

  /** Where in the file an answer begins. */
  private static long start(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Content-Range")
        .map(RANGE::matcher)
        .filter(Matcher::find)
        .map(range -> Long.parseLong(range.group(1)))
        .orElse(0L);
  }
}
