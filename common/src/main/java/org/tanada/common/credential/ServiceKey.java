package org.tanada.common.credential;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.permission.ServiceName;

/**
 * What others know of a service's key: enough to verify what it has made, not to make it. One line
 * of the file of public keys, {@code ID SERVICE FORM VALUE UNTIL}.
 *
 * @param id of the key
 * @param service whose it is
 * @param form {@value #ED25519}, or {@code static:SERVICE}: the digest of the one credential for
 *     that service which a program has that cannot sign
 * @param value the public key (X.509) or the SHA-256 digest, in Base64
 * @param until from when on it is not good any more; null if it is not replaced yet
 */
public record ServiceKey(
    String id, ServiceName service, String form, String value, @Nullable Instant until) {
  /** Form of keys that sign. */
  public static final String ED25519 = "ed25519";

  private static final String STATIC = "static:";
  private static final String NO_END = "-";

  /** The digest of a credential that does not change, made for one other service. */
  public static ServiceKey ofStatic(
      String id, ServiceName service, ServiceName audience, String secret) {
    byte[] digest = sha256(secret.getBytes(StandardCharsets.ISO_8859_1));
    return new ServiceKey(
        id, service, STATIC + audience.text(), Base64.getEncoder().encodeToString(digest), null);
  }

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException if it is none
   */
  static ServiceKey parse(String line) {
    String[] columns = line.strip().split("\\s+", -1);
    if (columns.length != 5) {
      throw new IllegalArgumentException("not ID SERVICE FORM VALUE UNTIL: " + line);
    }
    ServiceName service =
        ServiceName.find(columns[1])
            .orElseThrow(() -> new IllegalArgumentException("no service is " + columns[1]));
    Instant until =
        columns[4].equals(NO_END) ? null : Instant.ofEpochSecond(Long.parseLong(columns[4]));
    return new ServiceKey(columns[0], service, columns[2], columns[3], until);
  }

  /** The keys in a file with that text; lines that begin with {@code #} are left out. */
  public static List<ServiceKey> parseAll(String text) {
    return text.lines()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(ServiceKey::parse)
        .toList();
  }

  /** The line. */
  public String text() {
    return String.join(
        " ",
        id,
        service.text(),
        form,
        value,
        until == null ? NO_END : Long.toString(until.getEpochSecond()));
  }

  /** The same key, good until then. */
  public ServiceKey until(Instant end) {
    return new ServiceKey(id, service, form, value, end);
  }

  /** Whether it is still good. */
  public boolean good(Instant now) {
    return until == null || now.isBefore(until);
  }

  /** Whether its credentials do not change. */
  boolean fixed() {
    return form.startsWith(STATIC);
  }

  /**
   * Whether the proof is this key's for these claims.
   *
   * @param audience for whom they are
   */
  boolean verify(String claims, byte[] proof, ServiceName audience) {
    if (fixed()) {
      return form.equals(STATIC + audience.text())
          && MessageDigest.isEqual(sha256(proof), Base64.getDecoder().decode(value));
    }
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(
          KeyFactory.getInstance("Ed25519")
              .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(value))));
      signature.update(CredentialIssuer.signed(claims));
      return signature.verify(Base64.getUrlDecoder().decode(proof));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return false; // no signature at all, or none in Base64
    }
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
