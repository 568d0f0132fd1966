package org.tanada.storage.replica;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import org.tanada.storage.blob.Elsewhere;
import org.tanada.storage.blob.StorageProperties;

/** Reads of files that this node lacks: streamed from another one. */
@Component
class PeerReads implements Elsewhere {
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

  private final Peers peers;
  private final StorageProperties limits;

  PeerReads(Peers peers, StorageProperties limits) {
    this.peers = peers;
    this.limits = limits;
  }

  @Override
  public boolean send(
      long id, Map<String, String> policy, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    IOException last = null;
    for (Node node : peers.up(id)) {
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
            relay(answer, body, policy, response);
            return true;
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
    return missing(last);
  }

  /** Absent only if every node that could hold it has said so. */
  private boolean missing(@Nullable IOException last) {
    boolean everybodyAsked = peers.up().size() == peers.others().size();
    if (last == null && everybodyAsked) {
      return false;
    }
    throw new ProblemException(ProblemCode.UNAVAILABLE, "The node that may hold the file is away.");
  }

  private static boolean known(int status) {
    return status == 200 || status == 206 || status == 304 || status == 412 || status == 416;
  }

  private void relay(
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
    try (StallGuard guard = new StallGuard(body, limits.peerIdle())) {
      byte[] chunk = new byte[UploadBody.CHUNK];
      for (int count = guard.read(body, chunk); count >= 0; count = guard.read(body, chunk)) {
        response.getOutputStream().write(chunk, 0, count);
      }
    }
  }
}
