package org.tanada.auth.token;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Curve;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.SignatureAlgorithm;
import java.security.KeyPair;

/** How access tokens are signed (RFC 8037, RFC 7518). */
enum SigningAlgorithm {
  /** Ed25519. */
  EDDSA("EdDSA", "Ed25519"),
  /** ECDSA on P-256 with SHA-256, for verifiers that know no Ed25519. */
  ES256("ES256", "EC");

  private final String id;
  private final String keyFactory;

  SigningAlgorithm(String id, String keyFactory) {
    this.id = id;
    this.keyFactory = keyFactory;
  }

  /** Its name in {@code alg}. */
  String id() {
    return id;
  }

  /** Its name for {@link java.security.KeyFactory}. */
  String keyFactory() {
    return keyFactory;
  }

  /** What signs. */
  SignatureAlgorithm signature() {
    return this == EDDSA ? Jwts.SIG.EdDSA : Jwts.SIG.ES256;
  }

  /** A new pair of keys. */
  KeyPair newPair() {
    Curve curve = this == EDDSA ? Jwks.CRV.Ed25519 : Jwks.CRV.P256;
    return curve.keyPair().build();
  }

  /** The algorithm of a public key. */
  static SigningAlgorithm ofJwk(String jwk) {
    return jwk.contains("\"P-256\"") ? ES256 : EDDSA;
  }
}
