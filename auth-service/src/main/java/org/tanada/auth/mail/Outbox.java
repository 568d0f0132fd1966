package org.tanada.auth.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.account.MailContract.State;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.Write;

/**
 * Where mails and errands are left: as writes for the transaction that they belong to. A server
 * that has committed one says so, and sends it at once; if it dies before, others find the row.
 */
@Component
public final class Outbox {
  /** More than this are found by the next sweep. */
  private static final int MAX_POSTED = 1_000;

  private final IdGenerator ids;
  private final InstantSource clock;
  private final Envelope envelope;
  private final MailServer server;
  private final MailProperties properties;
  private final BlockingQueue<Long> posted = new ArrayBlockingQueue<>(MAX_POSTED);

  Outbox(
      IdGenerator ids,
      InstantSource clock,
      Envelope envelope,
      MailServer server,
      MailProperties properties) {
    this.ids = ids;
    this.clock = clock;
    this.envelope = envelope;
    this.server = server;
    this.properties = properties;
  }

  /** A mail, to be committed with the change that it tells of. */
  public Write mail(long owner, String kind, Letter letter) {
    State state = server.configured() ? State.WAITING : State.KEPT;
    return insert(ids.nextBeside(owner), state, kind, letter, clock.instant());
  }

  /**
   * Work to be done after a commit.
   *
   * @param delay how long it waits at least
   */
  public Write errand(long owner, String kind, String about, Duration delay) {
    Letter letter = new Letter("", "", about);
    Instant from = clock.instant().plus(delay);
    return insert(ids.nextBeside(owner), State.WAITING, kind, letter, from);
  }

  /** An errand that stands already, with something else to do, and at once. */
  public Write instead(long id, long version, String about) {
    return Write.update(
        MailRow.TABLE,
        id,
        version,
        Map.of(
            "sealed", envelope.seal(id, new Letter("", "", about)), "notBefore", clock.instant()));
  }

  private Write insert(long id, State state, String kind, Letter letter, Instant from) {
    Instant end = clock.instant().plus(properties.keep());
    return Write.insert(
        MailRow.TABLE,
        id,
        new MailRow(state.id(), kind, envelope.seal(id, letter), 0, from, end, null));
  }

  /** These writes are committed: what is among them for the sender may begin. */
  public void posted(List<Write> writes) {
    writes.stream()
        .filter(write -> write.table().equals(MailRow.TABLE.name()))
        .forEach(write -> posted.offer(write.id()));
  }

  /** The next one that was committed here, if there is one within that time. */
  @Nullable Long next(Duration patience) throws InterruptedException {
    return posted.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
  }
}
