package org.tanada.auth.token;

import io.jsonwebtoken.security.Jwks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A key that signs access tokens.
 *
 * @param kid its id, the thumbprint of the public key (RFC 7638)
 * @param algorithm how it signs
 * @param privateKey signs
 * @param publicJwk verifies; JSON Web Key with {@code kid}, {@code alg} and {@code use}
 */
record SigningKey(String kid, SigningAlgorithm algorithm, PrivateKey privateKey, String publicJwk) {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  /** A new key. */
  static SigningKey generate(SigningAlgorithm algorithm) {
    KeyPair pair = algorithm.newPair();
    var builder =
        pair.getPublic() instanceof ECPublicKey ec
            ? Jwks.builder().key(ec)
            : Jwks.builder().octetKey(pair.getPublic());
    var jwk = builder.idFromThumbprint().algorithm(algorithm.id()).publicKeyUse("sig").build();
    return new SigningKey(jwk.getId(), algorithm, pair.getPrivate(), Jwks.json(jwk));
  }

  /** The key as a row, its private part encrypted (AES-256-GCM, bound to the {@code kid}). */
  SigningKeyRow encrypt(String state, SecretKey secret, SecureRandom random, Instant now) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, secret, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(kid.getBytes(StandardCharsets.UTF_8));
      byte[] sealed = cipher.doFinal(privateKey.getEncoded());
      byte[] all = ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
      return new SigningKeyRow(kid, Base64.getEncoder().encodeToString(all), publicJwk, state, now);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /**
   * The key in a row.
   *
   * @throws GeneralSecurityException if it was encrypted with another secret, or is damaged
   */
  static SigningKey decrypt(SigningKeyRow row, SecretKey secret) throws GeneralSecurityException {
    byte[] all = Base64.getDecoder().decode(row.privateKeyEncrypted());
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(Cipher.DECRYPT_MODE, secret, new GCMParameterSpec(TAG_BITS, all, 0, NONCE_BYTES));
    cipher.updateAAD(row.kid().getBytes(StandardCharsets.UTF_8));
    byte[] pkcs8 = cipher.doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
    SigningAlgorithm algorithm = SigningAlgorithm.ofJwk(row.publicJwk());
    PrivateKey privateKey =
        KeyFactory.getInstance(algorithm.keyFactory())
            .generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
    return new SigningKey(row.kid(), algorithm, privateKey, row.publicJwk());
  }

  @Override
  public String toString() {
    return "SigningKey[kid=" + kid + "]";
  }
}
