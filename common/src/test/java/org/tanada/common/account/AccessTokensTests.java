package org.tanada.common.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jsonwebtoken.JwtBuilder;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.io.Encoders;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

class AccessTokensTests {
  private static final long USER = 4_503_599_627_370_497L;
  private static final KeyPair PAIR = Jwks.CRV.Ed25519.keyPair().build();
  private static final KeyPair OTHER = Jwks.CRV.Ed25519.keyPair().build();

  private Instant now = Instant.parse("2026-11-23T12:00:00Z");
  private String published = set(PAIR, "key-1");
  private boolean authIsDown;
  private final AtomicInteger fetches = new AtomicInteger();
  private final AccessTokens tokens = new AccessTokens(this::fetch, () -> now);

  @Test
  void goodTokenTellsWhoseItIs() {
    AccountsContract.Identity identity = tokens.verify(signed(token(), PAIR));

    assertThat(identity.userId()).isEqualTo(USER);
    assertThat(identity.username()).isEqualTo("hanako");
    assertThat(identity.displayName()).isEqualTo("花子");
    assertThat(identity.roles()).containsExactly("customer", "seller");
    assertThat(identity.sessionId()).isNull();
    assertThat(identity.expiresAt()).isEqualTo(now.plusSeconds(600));
  }

  @Test
  void keysAreFetchedOnceForManyTokens() {
    for (int i = 0; i < 10; i++) {
      tokens.verify(signed(token(), PAIR));
    }

    assertThat(fetches).hasValue(1);
  }

  @Test
  void expiredTokenIsToldApart() {
    String token = signed(token(), PAIR);
    now = now.plusSeconds(606);

    refused(() -> tokens.verify(token), ProblemCode.EXPIRED_TOKEN);
  }

  @Test
  void forgedExpiredTokenIsInvalid() {
    String token = signed(token(), OTHER);
    now = now.plusSeconds(606);

    refused(() -> tokens.verify(token), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void tokenThatIsNotValidYetIsRefused() {
    refused(
        () -> tokens.verify(signed(token().notBefore(Date.from(now.plusSeconds(60))), PAIR)),
        ProblemCode.INVALID_TOKEN);
  }

  @Test
  void otherIssuerOrAudienceIsRefused() {
    refused(
        () -> tokens.verify(signed(token().issuer("somebody"), PAIR)), ProblemCode.INVALID_TOKEN);
    refused(
        () ->
            tokens.verify(
                signed(token().audience().remove(AccessTokens.AUDIENCE).add("else").and(), PAIR)),
        ProblemCode.INVALID_TOKEN);
  }

  @Test
  void missingClaimsAreRefused() {
    refused(() -> tokens.verify(signed(token().expiration(null), PAIR)), ProblemCode.INVALID_TOKEN);
    refused(() -> tokens.verify(signed(token().subject("me"), PAIR)), ProblemCode.INVALID_TOKEN);
    refused(
        () -> tokens.verify(signed(token().claim(AccessTokens.ROLES, null), PAIR)),
        ProblemCode.INVALID_TOKEN);
  }

  @Test
  void signatureByAnotherKeyIsRefused() {
    refused(() -> tokens.verify(signed(token(), OTHER)), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void changedPayloadIsRefused() {
    String[] parts = signed(token(), PAIR).split("\\.", -1);
    String[] other = signed(token().subject("1"), PAIR).split("\\.", -1);

    refused(
        () -> tokens.verify(parts[0] + "." + other[1] + "." + parts[2]), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void unsignedTokenIsRefused() {
    refused(() -> tokens.verify(token().compact()), ProblemCode.INVALID_TOKEN);
    String[] parts = signed(token(), PAIR).split("\\.", -1);
    String none = encode("{\"alg\":\"none\",\"kid\":\"key-1\"}");
    refused(() -> tokens.verify(none + "." + parts[1] + "."), ProblemCode.INVALID_TOKEN);
    refused(() -> tokens.verify(parts[0] + "." + parts[1] + "."), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void publicKeyAsSharedSecretIsRefused() {
    byte[] secret = PAIR.getPublic().getEncoded();
    String token =
        token().signWith(new SecretKeySpec(secret, "HmacSHA256"), Jwts.SIG.HS256).compact();

    refused(() -> tokens.verify(token), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void keyThatTheTokenBringsAlongIsRefused() {
    Jwk<?> own = Jwks.builder().octetKey(OTHER.getPublic()).id("key-1").build();
    String token = token().header().add("jwk", own).and().signWith(OTHER.getPrivate()).compact();

    refused(() -> tokens.verify(token), ProblemCode.INVALID_TOKEN);
  }

  @Test
  void unknownKeyIsLookedUpAtMostOnceInFiveSeconds() {
    tokens.verify(signed(token(), PAIR));
    String unknown = signed(token().header().keyId("key-2").and(), OTHER);
    for (int i = 0; i < 10; i++) {
      refused(() -> tokens.verify(unknown), ProblemCode.INVALID_TOKEN);
    }
    assertThat(fetches).hasValue(1);

    published = set(OTHER, "key-2");
    now = now.plusSeconds(5);

    assertThat(tokens.verify(unknown).userId()).isEqualTo(USER);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void lastGoodKeysStayInForceWhileAuthIsDown() {
    tokens.verify(signed(token(), PAIR));
    authIsDown = true;
    now = now.plus(Duration.ofHours(1));

    assertThat(tokens.verify(signed(token(), PAIR)).userId()).isEqualTo(USER);
  }

  @Test
  void withoutAnyKeysNobodyIsCalledAForger() {
    authIsDown = true;

    refused(() -> tokens.verify(signed(token(), PAIR)), ProblemCode.UNAVAILABLE);

    authIsDown = false;
    now = now.plusSeconds(5);
    assertThat(tokens.verify(signed(token(), PAIR)).userId()).isEqualTo(USER);
  }

  @Test
  void rubbishIsRefused() {
    for (String rubbish :
        List.of("", ".", "..", "a.b.c", "Bearer x", "é.é.é", "x".repeat(5_000), "....", "{}")) {
      refused(() -> tokens.verify(rubbish), ProblemCode.INVALID_TOKEN);
    }
    refused(
        () -> tokens.verify(signed(token().claim("more", "x".repeat(4_096)), PAIR)),
        ProblemCode.INVALID_TOKEN);
  }

  private String fetch() {
    fetches.incrementAndGet();
    if (authIsDown) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "no auth server is there");
    }
    return published;
  }

  private JwtBuilder token() {
    return Jwts.builder()
        .header()
        .keyId("key-1")
        .and()
        .issuer(AccessTokens.ISSUER)
        .audience()
        .add(AccessTokens.AUDIENCE)
        .and()
        .subject(Long.toString(USER))
        .issuedAt(Date.from(now))
        .notBefore(Date.from(now))
        .expiration(Date.from(now.plusSeconds(600)))
        .claim(AccessTokens.USERNAME, "hanako")
        .claim(AccessTokens.NAME, "花子")
        .claim(AccessTokens.ROLES, List.of("customer", "seller"));
  }

  private static String signed(JwtBuilder token, KeyPair pair) {
    PrivateKey key = pair.getPrivate();
    return token.signWith(key, Jwts.SIG.EdDSA).compact();
  }

  private static String set(KeyPair pair, String kid) {
    PublicKey key = pair.getPublic();
    String x = Jwks.builder().octetKey(key).id(kid).build().get("x").toString();
    return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"use\":\"sig\",\"alg\":\"EdDSA\",\"kid\":\""
        + kid
        + "\",\"x\":\""
        + x
        + "\"}]}";
  }

  private static String encode(String json) {
    return Encoders.BASE64URL.encode(json.getBytes(StandardCharsets.UTF_8));
  }

  private static void refused(ThrowingCallable call, ProblemCode code) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).as(e.toString()).isEqualTo(code));
  }
}
