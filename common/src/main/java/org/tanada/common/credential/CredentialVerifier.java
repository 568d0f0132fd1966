package org.tanada.common.credential;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/**
 * Tells who calls, by the credential that is shown. A verified one is remembered for some seconds:
 * that is how long a key that was taken back is good at most, and why the signature costs nothing
 * where calls are many. All processes of a service show the same one at the same time.
 */
public final class CredentialVerifier {
  /** By how much the clocks of two machines may differ. */
  static final Duration SKEW = Duration.ofSeconds(60);

  private static final Duration REMEMBERED = Duration.ofSeconds(10);
  private static final int MOST_REMEMBERED = 256;
  private static final int LONGEST = 512;
  private static final String NO_EXPIRY = "0";

  private final ServiceKeys keys;
  private final ServiceName self;
  private final InstantSource clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** By the public keys in a directory of a node's secrets, for credentials made for this one. */
  public CredentialVerifier(Path directory, ServiceName self) {
    this(directory, self, InstantSource.system());
  }

  CredentialVerifier(Path directory, ServiceName self, InstantSource clock) {
    this.keys = new ServiceKeys(directory);
    this.self = self;
    this.clock = clock;
  }

  /** Whose credential it is; null if it is nobody's, or not for this service, or not any more. */
  public @Nullable ServiceName caller(@Nullable String shown) {
    if (shown == null || shown.length() > LONGEST) {
      return null;
    }
    int end = shown.lastIndexOf('.');
    if (end < 0) {
      return null;
    }
    String claims = shown.substring(0, end);
    byte[] proof = shown.substring(end + 1).getBytes(StandardCharsets.ISO_8859_1);
    Instant now = clock.instant();
    Seen known = seen.get(claims); // claims are no secret: the proof is, and is compared in full
    if (known != null && now.isBefore(known.until) && MessageDigest.isEqual(known.proof, proof)) {
      return known.caller;
    }
    return verify(claims, proof, now);
  }

  private @Nullable ServiceName verify(String claims, byte[] proof, Instant now) {
    String[] parts = claims.split("\\.", -1);
    if (parts.length != 4 || !parts[1].equals(self.text())) {
      return null;
    }
    ServiceKey key = keys.find(parts[2]);
    if (key == null || !key.service().text().equals(parts[0]) || !key.good(now)) {
      return null;
    }
    Instant end = key.fixed() ? fixedEnd(parts[3]) : end(parts[3], now);
    if (!now.isBefore(end) || !key.verify(claims, proof, self)) {
      return null;
    }
    remember(claims, new Seen(proof, key.service(), first(now.plus(REMEMBERED), end, key)), now);
    return key.service();
  }

  private static Instant fixedEnd(String expiry) {
    return expiry.equals(NO_EXPIRY) ? Instant.MAX : Instant.MIN;
  }

  /** When it is over, for the slowest clock; at once if it is longer good than anybody makes it. */
  private static Instant end(String expiry, Instant now) {
    if (!expiry.matches("[1-9][0-9]{0,11}")) {
      return Instant.MIN;
    }
    Instant end = Instant.ofEpochSecond(Long.parseLong(expiry));
    Instant latest = now.plus(SKEW).plusSeconds(2 * CredentialIssuer.WINDOW);
    return end.isAfter(latest) ? Instant.MIN : end.plus(SKEW);
  }

  private static Instant first(Instant one, Instant other, ServiceKey key) {
    Instant earlier = one.isBefore(other) ? one : other;
    Instant last = key.until();
    return last != null && last.isBefore(earlier) ? last : earlier;
  }

  private void remember(String claims, Seen verified, Instant now) {
    if (seen.size() >= MOST_REMEMBERED) {
      seen.values().removeIf(old -> !now.isBefore(old.until));
    }
    seen.put(claims, verified);
  }

  /** What a caller without a credential is told. */
  public static Problem unknown() {
    return Problem.of(ProblemCode.UNAUTHENTICATED, "Only Tanada's own services may call this one.");
  }

  /** What a service is told that asks for what is not for it. */
  public static Problem refused(@Nullable ServiceName caller) {
    return Problem.of(
        ProblemCode.FORBIDDEN,
        "This is not for " + (caller == null ? "anybody" : caller.text()) + " to call.");
  }

  private static final class Seen {
    private final byte[] proof;
    private final ServiceName caller;
    private final Instant until;

    Seen(byte[] proof, ServiceName caller, Instant until) {
      this.proof = proof;
      this.caller = caller;
      this.until = until;
    }
  }
}
