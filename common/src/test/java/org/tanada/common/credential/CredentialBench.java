package org.tanada.common.credential;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;

/**
 * What a credential costs a call: made by its caller, and known by its receiver, against one string
 * that all share. Run {@code main}.
 */
final class CredentialBench {
  private static final int CALLS = 5_000_000;
  private static final int TURNS = 5;

  private CredentialBench() {}

  public static void main(String... arguments) {
    CredentialIssuer app = TestCredentials.issuer(ServiceName.APP);
    CredentialVerifier router = TestCredentials.verifier(ServiceName.ROUTER);
    byte[] shared =
        "0123456789abcdef0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    for (int turn = 0; turn < TURNS; turn++) {
      String same = new String(shared, StandardCharsets.UTF_8);
      long none = 0;
      long began = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        none += MessageDigest.isEqual(same.getBytes(StandardCharsets.UTF_8), shared) ? 0 : 1;
      }
      double before = (System.nanoTime() - began) / (double) CALLS;
      began = System.nanoTime();
      for (int i = 0; i < CALLS; i++) {
        none += router.caller(app.of(ServiceName.ROUTER)) == ServiceName.APP ? 0 : 1;
      }
      double now = (System.nanoTime() - began) / (double) CALLS;
      System.out.printf(
          "shared string %.0f ns, made and known %.0f ns a call, %d wrong%n", before, now, none);
    }
    long began = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      CredentialIssuer fresh = TestCredentials.issuer(ServiceName.APP);
      if (TestCredentials.verifier(ServiceName.ROUTER).caller(fresh.of(ServiceName.ROUTER))
          == null) {
        throw new IllegalStateException("refused");
      }
    }
    System.out.printf("read, signed and verified %.0f µs%n", (System.nanoTime() - began) / 1e6);
  }
}
