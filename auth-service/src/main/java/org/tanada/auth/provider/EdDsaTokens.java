package org.tanada.auth.provider;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.BadJWSException;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.SignedJWT;
import io.jsonwebtoken.JwtException;
import io.jsonwebtoken.security.Jwks;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import java.util.Set;

/**
 * Signatures by Ed25519 (RFC 8037), which the OpenID library does not check without another one.
 * They are taken of providers alone that announce them.
 */
final class EdDsaTokens {
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

  private EdDsaTokens() {}

  /** Whether a token says that it is signed so. */
  static boolean are(JWT token) {
    return token instanceof SignedJWT && ALGORITHMS.contains(token.getHeader().getAlgorithm());
  }

  /**
   * Lets a token pass whose signature is the provider's.
   *
   * @throws BadJOSEException if it is not
   * @throws JOSEException if the keys cannot be had
   */
  static void check(JWT token, Discovery.Known provider) throws BadJOSEException, JOSEException {
    SignedJWT signed = (SignedJWT) token;
    JWSHeader header = signed.getHeader();
    List<JWSAlgorithm> announced = provider.metadata().getIDTokenJWSAlgs();
    if (announced == null || !announced.contains(header.getAlgorithm())) {
      throw new BadJWSException(
          "signed by " + header.getAlgorithm() + ", which the provider does not announce");
    }
    if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
      throw new BadJWSException("critical header parameters"); // RFC 7515, 4.1.11
    }
    JWKMatcher matcher =
        new JWKMatcher.Builder()
            .keyType(KeyType.OKP)
            .curve(Curve.Ed25519)
            .keyUses(KeyUse.SIGNATURE, null)
            .keyID(header.getKeyID())
            .build();
    for (JWK key : provider.keys().get(new JWKSelector(matcher), null)) {
      if (signedBy(signed, key)) {
        return;
      }
    }
    throw new BadJWSException("signed by no key of the provider");
  }

  private static boolean signedBy(SignedJWT token, JWK jwk) {
    try {
      Signature signature = Signature.getInstance("Ed25519");
      signature.initVerify(
          (PublicKey) Jwks.parser().build().parse(jwk.toPublicJWK().toJSONString()).toKey());
      signature.update(token.getSigningInput());
      return signature.verify(token.getSignature().decode());
    } catch (GeneralSecurityException | JwtException | IllegalArgumentException e) {
      return false; // no such key, or no such signature
    }
  }
}
