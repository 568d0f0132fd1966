package org.tanada.common.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/** What our services show each other in {@link TanadaHeaders#SERVICE_CREDENTIAL}. */
public final class ServiceCredential {
  private final byte[] credential;

  /** Knows it by these secrets. */
  public ServiceCredential(SecretProperties secrets) {
    this.credential = secrets.serviceCredential().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether what a caller shows is it; in a time that does not tell how much of it is right. */
  public boolean is(@Nullable String shown) {
    return shown != null
        && MessageDigest.isEqual(shown.getBytes(StandardCharsets.UTF_8), credential);
  }

  /** What a caller without it is told. */
  public static Problem problem() {
    return Problem.of(ProblemCode.UNAUTHENTICATED, "Only Tanada's own services may call this one.");
  }
}
