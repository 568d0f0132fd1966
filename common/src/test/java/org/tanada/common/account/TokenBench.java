package org.tanada.common.account;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;

/**
 * What verifying an access token costs beside the bare check of its signature: {@code
 * bench/access.sh}. One thread, its CPU time; by turns, the table has the medians.
 */
final class TokenBench {
  private static final int TURNS = Integer.getInteger("turns", 5);
  private static final int TOKENS = Integer.getInteger("tokens", 4000);
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private final KeyPair pair = Jwks.CRV.Ed25519.keyPair().build();
  private final String published;
  private final List<String> tokens = new ArrayList<>();
  private int good;

  private TokenBench() {
    Object x = Jwks.builder().octetKey(pair.getPublic()).id("key-1").build().get("x");
    published =
        "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"sig\",\"alg\":\"EdDSA\",\"kid\":\"key-1\",\"x\":\""
            + x
            + "\"}]}";
    Instant now = Instant.now();
    for (int i = 0; i < TOKENS; i++) {
      tokens.add(
          Jwts.builder()
              .header()
              .keyId("key-1")
              .and()
              .issuer(AccessTokens.ISSUER)
              .audience()
              .add(AccessTokens.AUDIENCE)
              .and()
              .subject(Long.toString(4_503_599_627_370_497L + i))
              .id(Integer.toString(i))
              .issuedAt(Date.from(now))
              .notBefore(Date.from(now))
              .expiration(Date.from(now.plusSeconds(36_000)))
              .claim(AccessTokens.USERNAME, "hanako")
              .claim(AccessTokens.NAME, "Hanako")
              .claim(AccessTokens.ROLES, List.of("customer", "seller"))
              .signWith(pair.getPrivate(), Jwts.SIG.EdDSA)
              .compact());
    }
  }

  /** Prints rows of a Markdown table. */
  public static void main(String[] args) throws Exception {
    new TokenBench().run();
  }

  private void run() throws GeneralSecurityException {
    double[] bare = new double[TURNS];
    double[] first = new double[TURNS];
    double[] again = new double[TURNS];
    for (int turn = -2; turn < TURNS; turn++) { // the first two warm the compiler up
      double signature = bare();
      AccessTokens verifier = new AccessTokens(() -> published, InstantSource.system());
      double unseen = verify(verifier);
      double seen = verify(verifier);
      if (turn >= 0) {
        bare[turn] = signature;
        first[turn] = unseen;
        again[turn] = seen;
      }
    }
    if (good != TOKENS * 3 * (TURNS + 2)) {
      throw new IllegalStateException("not every token was found good");
    }
    row("token verified the first time", median(first), median(bare), "≤ 1.4");
    row("token seen before", median(again), median(bare), "≤ 0.05");
  }

  /** The signature alone: nothing of the token is read. */
  private double bare() throws GeneralSecurityException {
    Signature signature = Signature.getInstance("Ed25519");
    long start = THREADS.getCurrentThreadCpuTime();
    for (String token : tokens) {
      int dot = token.lastIndexOf('.');
      signature.initVerify(pair.getPublic());
      signature.update(token.substring(0, dot).getBytes(StandardCharsets.US_ASCII));
      good += signature.verify(Base64.getUrlDecoder().decode(token.substring(dot + 1))) ? 1 : 0;
    }
    return micros(start);
  }

  private double verify(AccessTokens verifier) {
    long start = THREADS.getCurrentThreadCpuTime();
    for (String token : tokens) {
      good += verifier.verify(token).username().isEmpty() ? 0 : 1;
    }
    return micros(start);
  }

  private static double micros(long start) {
    return (THREADS.getCurrentThreadCpuTime() - start) / 1000.0 / TOKENS;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static void row(String work, double ours, double theirs, String goal) {
    System.out.printf(
        "| %s | the bare signature check (JCA, Ed25519) | %.2f µs | %.2f µs | %.3f | %s |%n",
        work, ours, theirs, ours / theirs, goal);
  }
}
