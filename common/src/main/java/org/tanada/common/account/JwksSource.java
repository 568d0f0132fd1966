package org.tanada.common.account;

import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
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
  private volatile Map<String, Published> keys = Map.of();
  private volatile Instant tried = Instant.MIN;
  private volatile boolean failed;
  private volatile List<String> expected = List.of();

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
  @Nullable Published find(String kid) {
    Published known = keys.get(kid);
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
    Published found = keys.get(kid);
    if (found == null && failed) {
      throw new ProblemException(
          ProblemCode.UNAVAILABLE, "The keys of access tokens cannot be had right now.");
    }
    return found;
  }

  /** Fetches the keys if one of these is not known yet. */
  void expect(List<String> kids) {
    if (keys.keySet().containsAll(kids) || kids.equals(expected)) {
      return;
    }
    fetching.lock();
    try {
      refresh(Duration.ZERO);
      if (!failed) {
        expected = List.copyOf(kids); // one of a kind that is unknown here is not asked for again
      }
    } finally {
      fetching.unlock();
    }
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

  private static Map<String, Published> parse(String text) {
    Map<String, Published> parsed = new HashMap<>();
    for (Jwk<?> jwk : Jwks.setParser().build().parse(text).getKeys()) {
      String algorithm = algorithm(jwk);
      if (algorithm != null
          && jwk.toKey() instanceof PublicKey key
          && jwk.getId() != null
          && parsed.size() < MAX_KEYS) {
        parsed.put(jwk.getId(), new Published(key, algorithm));
      }
    }
    return Map.copyOf(parsed);
  }

  /** What a key may be used with; null if it is none that signs access tokens. */
  private static @Nullable String algorithm(Jwk<?> jwk) {
    String algorithm =
        switch (String.valueOf(jwk.get("crv"))) {
          case "Ed25519" -> "EdDSA";
          case "P-256" -> "ES256";
          default -> null;
        };
    return jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm) ? algorithm : null;
  }

  /**
   * A published key.
   *
   * @param key the key
   * @param algorithm the only one that it verifies
   */
  record Published(PublicKey key, String algorithm) {}
}
