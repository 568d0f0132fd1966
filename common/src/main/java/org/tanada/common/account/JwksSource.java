package org.tanada.common.account;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.security.Key;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The published keys by their ids: fetched when first needed, again when an unknown id turns up and
 * every few minutes, so that withdrawn keys are forgotten. The last good set stays in force while
 * auth-service is away.
 */
final class JwksSource {
  private static final Logger log = LoggerFactory.getLogger(JwksSource.class);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final int MAX_KEYS = 16;

  private final Supplier<String> jwks;
  private final InstantSource clock;
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile Map<String, PublicKey> keys = Map.of();
  private volatile Instant tried = Instant.MIN;
  private volatile boolean failed;

  JwksSource(Supplier<String> jwks, InstantSource clock) {
    this.jwks = jwks;
    this.clock = clock;
  }

  /**
   * The key with that id; null if auth-service publishes no such key.
   *
   * @throws ProblemException {@code unavailable} if the key is unknown here and the published ones
   *     cannot be had
   */
  @Nullable Key find(String kid) {
    PublicKey known = keys.get(kid);
    if (known != null) {
      if (older(AGE) && fetching.tryLock()) { // the others go on with what they have
        try {
          refresh(AGE);
        } finally {
          fetching.unlock();
        }
        return keys.get(kid);
      }
      return known;
    }
    fetching.lock();
    try {
      if (!keys.containsKey(kid)) { // else somebody fetched it while this thread waited
        refresh(PAUSE);
      }
    } finally {
      fetching.unlock();
    }
    PublicKey found = keys.get(kid);
    if (found == null && failed) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "The keys of access tokens cannot be had right now.");
    }
    return found;
  }

  private boolean older(Duration age) {
    return tried.equals(Instant.MIN) || !clock.instant().isBefore(tried.plus(age));
  }

  private void refresh(Duration age) {
    if (!older(age)) {
      return;
    }
    try {
      keys = parse(jwks.get());
      failed = false;
    } catch (ProblemException | JwtException | IllegalArgumentException e) {
      if (!failed) {
        log.warn("keys of access tokens cannot be fetched, the last good ones stay in force", e);
      }
      failed = true;
    } finally {
      tried = clock.instant();
    }
  }

  private static Map<String, PublicKey> parse(String text) {
    Map<String, PublicKey> parsed = new HashMap<>();
    for (Jwk<?> jwk : Jwks.setParser().build().parse(text).getKeys()) {
      if (jwk.toKey() instanceof PublicKey key && parsed.size() < MAX_KEYS) {
        parsed.put(jwk.getId(), key);
      }
    }
    return Map.copyOf(parsed);
  }
}
