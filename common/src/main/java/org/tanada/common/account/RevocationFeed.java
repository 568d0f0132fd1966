package org.tanada.common.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.account.AccessContract.Feed;
import org.tanada.common.id.TanadaId;
import org.tanada.common.lifecycle.RepeatedWork;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Asks any auth server twice a second what was revoked. While none answers, what is known stays
 * revoked, {@link Revocations#fresh()} turns false, and tokens go on to be verified without news.
 */
public final class RevocationFeed extends RepeatedWork {
  private static final Logger log = LoggerFactory.getLogger(RevocationFeed.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  /** Auth servers read at different moments, and ids are older than the commits of their rows. */
  private static final Duration OVERLAP = Duration.ofMinutes(1);

  private final AccessContract access;
  private final Revocations revocations;
  private final Consumer<List<String>> published;
  private final InstantSource clock;
  private Instant newest = Instant.ofEpochMilli(TanadaId.EPOCH_MILLIS);
  private boolean failing;

  /**
   * A feed that is read from start to stop.
   *
   * @param published takes the ids of all published keys each time
   */
  public RevocationFeed(
      AccessContract access,
      Revocations revocations,
      Consumer<List<String>> published,
      InstantSource clock) {
    super("revocation-feed", 0);
    this.access = access;
    this.revocations = revocations;
    this.published = published;
    this.clock = clock;
  }

  @Override
  protected Duration step() {
    Instant asked = clock.instant();
    try {
      Feed feed = ask(since());
      feed.revocations()
          .forEach(entry -> {
            Instant time = TanadaId.time(entry.id());
            newest = time.isAfter(newest) ? time : newest;
          });
      published.accept(feed.kids());
      revocations.read(feed.revocations(), asked.minusMillis(feed.ageMillis()));
      if (failing) {
        log.info("revocations are read again");
      }
      failing = false;
    } catch (ProblemException e) {
      if (!failing) {
        log.warn("revocations cannot be read: {}", e.getMessage());
      }
      failing = true;
    }
    return PAUSE;
  }

  /** A server that hangs must not keep us from asking another one. */
  private Feed ask(long since) {
    FutureTask<Feed> answer = new FutureTask<>(() -> access.feed(since));
    Thread.ofVirtual().name("revocation-feed-call").start(answer);
    try {
      return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new ProblemException(
          ProblemCode.UPSTREAM_TIMEOUT, "No auth server answers in time.", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ProblemException known
          ? known
          : new ProblemException(ProblemCode.UPSTREAM_FAILED, "The feed cannot be read.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProblemException(ProblemCode.UNAVAILABLE, "This server stops.", e);
    }
  }

  private long since() {
    long from = newest.minus(OVERLAP).toEpochMilli();
    return from <= TanadaId.EPOCH_MILLIS ? 0 : TanadaId.of(from, 0, 0);
  }
}
