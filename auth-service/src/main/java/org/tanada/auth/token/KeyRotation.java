package org.tanada.auth.token;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AccessContract.Keys;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Takes keys out of use. The key that signs next has always been published for a while, so that no
 * verifier meets a signature by a key that it cannot have; the one before stays published until the
 * last token that it signed has expired, but cannot sign any more.
 */
@Component
public final class KeyRotation {
  private static final Logger log = LoggerFactory.getLogger(KeyRotation.class);

  /** Clocks that are wrong, and public caches of the key set. */
  private static final Duration MARGIN = Duration.ofMinutes(10);

  private final SigningKeys keys;
  private final AccountRows rows;
  private final RevocationLog revocations;
  private final InstantSource clock;
  private final TokenProperties properties;
  private final Audit audit;
  private final String node;

  KeyRotation(
      SigningKeys keys,
      AccountRows rows,
      RevocationLog revocations,
      InstantSource clock,
      TokenProperties properties,
      Audit audit,
      NodeProperties node) {
    this.keys = keys;
    this.rows = rows;
    this.revocations = revocations;
    this.clock = clock;
    this.properties = properties;
    this.audit = audit;
    this.node = node.node();
  }

  /** All keys. {@code unavailable}. */
  public Keys keys() {
    return new Keys(keys.reload().states());
  }

  /** Lets the next key sign. {@code conflict}, {@code unavailable}. */
  public Keys rotate() {
    Keyring ring = keys.reload();
    Stored<SigningKeyRow> active = ring.in(SigningKeyRow.ACTIVE).orElseThrow();
    Stored<SigningKeyRow> next = ring.in(SigningKeyRow.STANDBY).orElseThrow();
    Duration published = Duration.between(Keyring.since(next), clock.instant());
    Duration left = properties.publishAhead().minus(published);
    if (left.isPositive()) {
      throw new ProblemException(
          ProblemCode.CONFLICT,
          "The next key was published "
              + published.toSeconds()
              + " s ago, and not every verifier may know it: try again in "
              + (left.toSeconds() + 1)
              + " s.");
    }
    change(List.of(keys.change(active, SigningKeyRow.RETIRED)), next);
    log.info("key {} is retired", active.value().kid());
    return keys();
  }

  /** Refuses what a key has signed, from now on. {@code not-found}, {@code unavailable}. */
  public Keys revoke(String kid) {
    Keyring ring = keys.reload();
    Stored<SigningKeyRow> key =
        ring.rows().stream()
            .filter(row -> row.value().kid().equals(kid))
            .findFirst()
            .orElseThrow(() -> new ProblemException(ProblemCode.NOT_FOUND, "No key has this id."));
    revocations.key(kid);
    Stored<SigningKeyRow> active = ring.in(SigningKeyRow.ACTIVE).orElseThrow();
    Stored<SigningKeyRow> next = ring.in(SigningKeyRow.STANDBY).orElseThrow();
    Write revoked = keys.change(key, SigningKeyRow.REVOKED);
    if (key.id() == active.id()) {
      change(List.of(revoked), next);
    } else if (key.id() == next.id()) {
      commit(List.of(revoked, keys.newStandby()));
    } else {
      commit(List.of(revoked));
    }
    log.warn("key {} is revoked", kid);
    return keys();
  }

  /** What is due: rotation by schedule, and the end of keys whose tokens have all expired. */
  void maintain() {
    Instant now = clock.instant();
    Keyring ring = keys.reload();
    ring.rows().stream()
        .filter(row -> !now.isBefore(Keyring.since(row).plus(properties.access()).plus(MARGIN)))
        .filter(row ->
            row.value().state().equals(SigningKeyRow.RETIRED)
                || row.value().state().equals(SigningKeyRow.REVOKED))
        .forEach(row -> rows.deleteIfPresent(SigningKeyRow.TABLE, SigningKeyRow.OWNER, row.id()));
    Stored<SigningKeyRow> active = ring.in(SigningKeyRow.ACTIVE).orElseThrow();
    Stored<SigningKeyRow> next = ring.in(SigningKeyRow.STANDBY).orElseThrow();
    boolean due = !now.isBefore(Keyring.since(active).plus(properties.rotation()));
    boolean known = !now.isBefore(Keyring.since(next).plus(properties.publishAhead()));
    if (due && known) {
      Keys keys = rotate();
      audit.self(node, What.KEY_ROTATED, null, keys.keys().getFirst().kid());
    }
  }

  private void change(List<Write> first, Stored<SigningKeyRow> next) {
    List<Write> writes = new ArrayList<>(first);
    writes.add(keys.change(next, SigningKeyRow.ACTIVE));
    writes.add(keys.newStandby());
    commit(writes);
  }

  private void commit(List<Write> writes) {
    try {
      keys.commit(writes);
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.VERSION_MISMATCH && e.code() != ProblemCode.NOT_FOUND) {
        throw e;
      }
      throw new ProblemException(
          ProblemCode.CONFLICT, "Another server has just changed the keys: look at them again.", e);
    }
  }
}
