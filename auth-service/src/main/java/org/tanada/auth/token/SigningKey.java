package org.tanada.auth.token;

import io.jsonwebtoken.security.Jwks;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import javax.crypto.SecretKey;
import org.tanada.auth.store.Encryption;

/**
 * A key that signs access tokens.
 *
 * @param kid its id, the thumbprint of the public key (RFC 7638)
 * @param algorithm how it signs
 * @param privateKey signs
 * @param publicJwk verifies; JSON Web Key with {@code kid}, {@code alg} and {@code use}
 */
record SigningKey(String kid, SigningAlgorithm algorithm, PrivateKey privateKey, String publicJwk) {
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
    String sealed = Encryption.encryptText(privateKey.getEncoded(), secret, kid, random);
    return new SigningKeyRow(kid, sealed, publicJwk, state, now);
  }

  /**
   * The key in a row.
   *
   * @throws GeneralSecurityException if it was encrypted with another secret, or is damaged
   */
  static SigningKey decrypt(SigningKeyRow row, SecretKey secret) throws GeneralSecurityException {
    byte[] pkcs8 = Encryption.decryptText(row.privateKeyEncrypted(), secret, row.kid());
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
