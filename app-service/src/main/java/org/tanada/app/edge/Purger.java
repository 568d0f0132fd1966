package org.tanada.app.edge;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.config.AppProperties;
import org.tanada.common.edge.PurgeContract;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.http.TierClients;
import org.tanada.common.http.TraceContext;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells every edge that public pages have changed. In the background and without a promise: what is
 * not purged expires soon by itself. Told twice, at once and again after the time for which this
 * tier keeps rows in RAM, since an edge may have fetched the old page once more in between.
 */
@Component
public class Purger {
  private static final Logger log = LoggerFactory.getLogger(Purger.class);
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int MAX_WAITING = 256;

  private final Membership membership;
  private final TierClients clients;
  private final JsonMapper json;
  private final Duration again;
  private final Semaphore room = new Semaphore(MAX_WAITING);
  private final Set<String> failing = ConcurrentHashMap.newKeySet();

  Purger(Membership membership, TierClients clients, JsonMapper json, AppProperties properties) {
    this.membership = membership;
    this.clients = clients;
    this.json = json;
    this.again = properties.rowCacheTime().plusMillis(500);
  }

  /** A video, or what is told of it, has changed: its page, its owner's and the first one. */
  public void videoChanged(long videoId, long ownerId) {
    purge(List.of("/", "/videos/" + videoId, "/users/" + ownerId));
  }

  /** A profile has changed. */
  public void userChanged(long userId) {
    purge(List.of("/users/" + userId));
  }

  /**
   * Removes what no edge may serve any more, from all of them.
   *
   * @throws ProblemException {@code unavailable} if one of them does not answer
   */
  public void purgeNow(List<String> paths) {
    byte[] body = json.writeValueAsBytes(new PurgeContract.Purge(paths));
    try {
      for (Node edge : membership.nodes("edge")) {
        if (!tell(edge, body)) {
          throw new ProblemException(
              ProblemCode.UNAVAILABLE, edge.name() + " cannot be purged right now.");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The purge was interrupted.", e);
    }
  }

  private void purge(List<String> paths) {
    if (!room.tryAcquire()) {
      return; // so many at once: they expire by themselves
    }
    Thread.ofVirtual()
        .name("purge")
        .start(() -> {
          try {
            tellAll(paths);
            Thread.sleep(again);
            tellAll(paths);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          } finally {
            room.release();
          }
        });
  }

  private void tellAll(List<String> paths) throws InterruptedException {
    byte[] body = json.writeValueAsBytes(new PurgeContract.Purge(paths));
    for (Node edge : membership.nodes("edge")) {
      tell(edge, body);
    }
  }

  /** Whether it has done it. */
  private boolean tell(Node edge, byte[] body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(edge.control().resolve("/internal/purges"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header(TanadaHeaders.SERVICE_CREDENTIAL, clients.credential("edge"))
            .header(TanadaHeaders.TRACEPARENT, TraceContext.outgoing())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    try {
      int status =
          clients.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
      if (status < 300) {
        if (failing.remove(edge.name())) {
          log.info("{} can be purged again", edge.name());
        }
        return true;
      }
      failed(edge, "status " + status);
    } catch (IOException e) {
      failed(edge, e.toString());
    }
    return false;
  }

  private void failed(Node edge, String why) {
    if (failing.add(edge.name())) {
      log.warn("{} cannot be purged, its pages expire by themselves: {}", edge.name(), why);
    }
  }
}
