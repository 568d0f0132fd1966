package org.tanada.auth.mail;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.MailContract.State;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Delivers what lies in the outbox. A server takes a row by its version, for the time of the lease,
 * so that no other one delivers it as well; one that dies in between has it tried again. A mail is
 * so sent at least once, with the same id each time.
 */
@Component
final class Delivery {
  private static final Logger log = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_DOUBLINGS = 10;

  private final AccountRows rows;
  private final InstantSource clock;
  private final Envelope envelope;
  private final MailServer server;
  private final MailProperties properties;
  private final Map<String, Errand> errands;

  Delivery(
      AccountRows rows,
      InstantSource clock,
      Envelope envelope,
      MailServer server,
      MailProperties properties,
      List<Errand> errands) {
    this.rows = rows;
    this.clock = clock;
    this.envelope = envelope;
    this.server = server;
    this.properties = properties;
    this.errands =
        errands.stream().collect(Collectors.toUnmodifiableMap(Errand::kind, Function.identity()));
  }

  /** Delivers one, if it is there and nobody else has it. {@code unavailable}. */
  void deliver(long id) {
    rows.findNow(MailRow.TABLE, id).ifPresent(this::deliver);
  }

  private void deliver(Stored<MailRow> stored) {
    MailRow row = stored.value();
    Instant now = clock.instant();
    if (!row.state().equals(State.WAITING.id()) || now.isBefore(row.notBefore())) {
      return;
    }
    int attempt = row.attempts() + 1;
    Long version = take(stored, attempt, now);
    if (version == null) {
      return;
    }
    switch (attempt(stored)) {
      case Outcome.Done _ -> rows.deleteIfPresent(MailRow.TABLE, stored.owner(), stored.id());
      case Outcome.Refused refused -> giveUp(stored, version, refused.reason());
      case Outcome.Later later when attempt >= properties.attempts() ->
          giveUp(stored, version, later.reason());
      case Outcome.Later later -> {
        Duration pause =
            properties.backoff().multipliedBy(1L << Math.min(attempt - 1, MAX_DOUBLINGS));
        write(stored, version, State.WAITING, clock.instant().plus(pause), later.reason());
      }
    }
  }

  /** Takes the row for this attempt; null if somebody else has it. */
  private @Nullable Long take(Stored<MailRow> stored, int attempt, Instant now) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("attempts", attempt);
    values.put("notBefore", now.plus(properties.lease()));
    return update(stored, stored.version(), values) ? (Long) (stored.version() + 1) : null;
  }

  private Outcome attempt(Stored<MailRow> stored) {
    Optional<Letter> letter = envelope.open(stored.id(), stored.value().sealed());
    if (letter.isEmpty()) {
      return new Outcome.Refused("it was written under another secret of this installation");
    }
    Errand errand = errands.get(stored.value().kind());
    if (errand == null) {
      return server.configured()
          ? server.send(stored.id(), letter.get())
          : new Outcome.Refused("no server is configured any more");
    }
    try {
      errand.run(stored.id(), stored.owner(), letter.get().text());
      return new Outcome.Done();
    } catch (ProblemException e) {
      return new Outcome.Later(e.code().code());
    }
  }

  private void giveUp(Stored<MailRow> stored, long version, String reason) {
    log.warn(
        "mail {} ({}) is given up: {}; ./tanada mail shows it",
        stored.id(),
        stored.value().kind(),
        reason);
    write(stored, version, State.FAILED, clock.instant(), reason);
  }

  private void write(
      Stored<MailRow> stored, long version, State state, Instant notBefore, String reason) {
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", state.id());
    values.put("notBefore", notBefore);
    values.put("error", reason);
    update(stored, version, values);
  }

  /** Whether the row still had that version. */
  private boolean update(
      Stored<MailRow> stored, long version, Map<String, @Nullable Object> values) {
    try {
      rows.commit(stored.owner(), Write.update(MailRow.TABLE, stored.id(), version, values));
      return true;
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.VERSION_MISMATCH || e.code() == ProblemCode.NOT_FOUND) {
        return false;
      }
      throw e;
    }
  }

  /** Delivers what is due in all shards. {@code unavailable}. */
  void sweep() {
    rows.everywhere(MailRow.TABLE, Map.of("state", State.WAITING.id())).forEach(this::deliver);
  }

  /** Deletes what was not sent and is too old or too much. {@code unavailable}. */
  void trim() {
    List<Stored<MailRow>> kept = new ArrayList<>();
    for (State state : List.of(State.KEPT, State.FAILED)) {
      kept.addAll(rows.everywhere(MailRow.TABLE, Map.of("state", state.id())));
    }
    kept.sort((a, b) -> Long.compare(b.id(), a.id()));
    Instant now = clock.instant();
    for (int i = 0; i < kept.size(); i++) {
      Stored<MailRow> stored = kept.get(i);
      if (i >= properties.keepAtMost() || !now.isBefore(stored.value().expiresAt())) {
        rows.deleteIfPresent(MailRow.TABLE, stored.owner(), stored.id());
      }
    }
  }
}
