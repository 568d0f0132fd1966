package org.tanada.common.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Tokens of attackers who know the published keys and can write any bytes. The keys are those of
 * RFC 8037, appendix A, and RFC 7515, appendix A.3, whose private parts are published, too, so that
 * what is refused here differs from a good token by nothing but its flaw.
 */
class HostileTokensTests {
  private static final String ED_X = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
  private static final String ED_PUBLIC =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + ED_X + "\",\"kid\":\"ed\"}";
  private static final String ED_PRIVATE =
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\",\"x\":\""
          + ED_X
          + "\"}";
  private static final String EC_POINT =
      "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
          + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"";
  private static final String EC_PUBLIC =
      "{\"kty\":\"EC\",\"crv\":\"P-256\"," + EC_POINT + ",\"kid\":\"ec\"}";
  private static final String EC_PRIVATE =
      "{\"kty\":\"EC\",\"crv\":\"P-256\","
          + EC_POINT
          + ",\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}";

  /** The order of Ed25519's group (RFC 8032, 5.1). */
  private static final BigInteger ORDER =
      BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

  private static final PrivateKey ED = key(ED_PRIVATE);
  private static final PrivateKey EC = key(EC_PRIVATE);
  private static final String CLAIMS =
      "{\"iss\":\"tanada\",\"aud\":[\"tanada-api\"],\"sub\":\"4503599627370497\",\"iat\":1795435200,"
          + "\"nbf\":1795435200,\"exp\":1795435800,\"jti\":\"j\",\"username\":\"hanako\",\"name\":\"H\","
          + "\"roles\":[\"customer\"]}";
  private static final Instant ISSUED = Instant.ofEpochSecond(1_795_435_200);

  private Instant now = ISSUED;
  private String published = "{\"keys\":[" + ED_PUBLIC + "," + EC_PUBLIC + "]}";
  private final AccessTokens tokens = verifier(Duration.ofSeconds(5));

  private AccessTokens verifier(Duration skew) {
    return new AccessTokens(() -> published, () -> now, new Revocations(() -> now), skew);
  }

  @Test
  void goodOnesAreTakenWithEitherKey() {
    good(signed("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", CLAIMS, ED));
    good(signed("{\"alg\":\"ES256\",\"kid\":\"ec\",\"typ\":\"JWT\"}", CLAIMS, EC));
  }

  @Test
  void signatureOfRfc8037IsThatOfItsExample() throws GeneralSecurityException {
    Signature ed = Signature.getInstance("Ed25519");
    ed.initSign(ED);
    ed.update(
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
            .getBytes(StandardCharsets.US_ASCII));

    assertThat(encode(ed.sign()))
        .isEqualTo(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"alg\":\"none\",\"kid\":\"ed\"}",
        "{\"alg\":\"None\",\"kid\":\"ed\"}",
        "{\"alg\":\"nOnE\",\"kid\":\"ed\"}",
        "{\"alg\":\"\",\"kid\":\"ed\"}",
        "{\"alg\":null,\"kid\":\"ed\"}",
        "{\"alg\":[\"EdDSA\"],\"kid\":\"ed\"}",
        "{\"kid\":\"ed\"}",
        "{\"alg\":\"EdDSA\"}",
        "{\"alg\":\"ES256\",\"kid\":\"ed\"}",
        "{\"alg\":\"Ed448\",\"kid\":\"ed\"}",
        "{\"alg\":\"RS256\",\"kid\":\"ed\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ec\"}",
        "{\"alg\":\"EdDSA\",\"kid\":7}",
        "{\"alg\":\"EdDSA\",\"kid\":[\"ed\"]}",
        "{\"alg\":\"EdDSA\",\"kid\":\"\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"../../../../dev/null\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed' UNION SELECT 'k\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\\u0000\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"http://127.0.0.1/keys\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"jku\":\"http://127.0.0.1/keys\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"x5u\":\"http://127.0.0.1/cert\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"x5c\":[\"AAAA\"]}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"jwk\":" + ED_PUBLIC + "}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"crit\":[\"exp\"],\"exp\":1}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"b64\":false,\"crit\":[\"b64\"]}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"zip\":\"DEF\"}",
        "{\"alg\":\"EdDSA\",\"enc\":\"A256GCM\",\"kid\":\"ed\"}",
        "{\"alg\":\"none\",\"alg\":\"EdDSA\",\"kid\":\"ed\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"other\",\"kid\":\"ed\"}",
        "{\"alg\":\"EdDSA\",\"kid\":\"ed\"} x",
        "[\"EdDSA\"]",
        "null",
        ""
      })
  void headerThatIsNotOursIsRefusedEvenIfTheSignatureIsGood(String header) {
    refused(signed(header, CLAIMS, ED));
  }

  @Test
  void duplicatedClaimsAreRefusedEvenIfTheSignatureIsGood() {
    for (String twice :
        List.of(
            CLAIMS.replace("{\"iss\"", "{\"sub\":\"1\",\"iss\""),
            CLAIMS.replace("\"roles\"", "\"roles\":[\"administrator\"],\"roles\""),
            CLAIMS.replace("\"exp\"", "\"exp\":9999999999,\"exp\""),
            CLAIMS + "{}",
            "[" + CLAIMS + "]")) {
      refused(signed("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", twice, ED));
    }
  }

  @Test
  void publicKeyAsSharedSecretIsRefusedInEveryForm() throws GeneralSecurityException {
    byte[] raw = Base64.getUrlDecoder().decode(ED_X);
    PublicKey key = publicKey(ED_PUBLIC);
    String pem =
        "-----BEGIN PUBLIC KEY-----\n"
            + Base64.getEncoder().encodeToString(key.getEncoded())
            + "\n-----END PUBLIC KEY-----\n";
    for (byte[] secret :
        List.of(
            raw,
            key.getEncoded(),
            pem.getBytes(StandardCharsets.US_ASCII),
            ED_PUBLIC.getBytes(StandardCharsets.US_ASCII))) {
      for (String algorithm : List.of("HS256", "EdDSA")) {
        String input =
            encode("{\"alg\":\"" + algorithm + "\",\"kid\":\"ed\"}") + "." + encode(CLAIMS);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret, "HmacSHA256"));
        refused(input + "." + encode(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII))));
      }
    }
  }

  /** RFC 8032, 8.4: S and S + L verify alike unless S is checked to be below L. */
  @Test
  void secondFormOfAnEd25519SignatureIsRefused() {
    byte[] signature = signature(signed("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", CLAIMS, ED));
    byte[] big = new byte[33];
    for (int i = 0; i < 32; i++) {
      big[32 - i] = signature[32 + i];
    }
    byte[] sum = new BigInteger(big).add(ORDER).toByteArray();
    byte[] forged = Arrays.copyOf(signature, 64);
    for (int i = 0; i < 32; i++) {
      int at = sum.length - 1 - i;
      forged[32 + i] = at >= 0 ? sum[at] : 0;
    }

    refused(withSignature("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", forged));
  }

  @Test
  void damagedSignaturesAreRefused() {
    String header = "{\"alg\":\"EdDSA\",\"kid\":\"ed\"}";
    byte[] good = signature(signed(header, CLAIMS, ED));
    byte[] flipped = good.clone();
    flipped[0] ^= 1;
    for (byte[] bad :
        List.of(
            new byte[0],
            new byte[64],
            flipped,
            Arrays.copyOf(good, 63),
            Arrays.copyOf(good, 65),
            Arrays.copyOf(good, 32))) {
      refused(withSignature(header, bad));
    }
  }

  /** Among them r = s = 0, which verified with every key once (CVE-2022-21449), and DER. */
  @Test
  void wrongEcdsaSignaturesAreRefused() throws GeneralSecurityException {
    String header = "{\"alg\":\"ES256\",\"kid\":\"ec\"}";
    byte[] order =
        new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
            .toByteArray();
    byte[] ofOrder = new byte[64];
    System.arraycopy(order, 1, ofOrder, 0, 32);
    System.arraycopy(order, 1, ofOrder, 32, 32);
    byte[] ones = new byte[64];
    ones[31] = 1;
    ones[63] = 1;
    Signature ecdsa = Signature.getInstance("SHA256withECDSA");
    ecdsa.initSign(EC);
    ecdsa.update((encode(header) + "." + encode(CLAIMS)).getBytes(StandardCharsets.US_ASCII));
    for (byte[] bad : List.of(new byte[64], ofOrder, ones, new byte[63], ecdsa.sign())) {
      refused(withSignature(header, bad));
    }
  }

  @Test
  void keysThatAreNoPointsOfTheirCurveAreNotTaken() {
    String off =
        "{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"ec\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"y_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
    String p384 = "{\"kty\":\"EC\",\"crv\":\"P-384\"," + EC_POINT + ",\"kid\":\"ec\"}";
    String x25519 = ED_PUBLIC.replace("Ed25519", "X25519").replace("\"ed\"", "\"ec\"");
    String shared = "{\"kty\":\"oct\",\"k\":\"" + ED_X + "\",\"kid\":\"ec\"}";
    String token = signed("{\"alg\":\"ES256\",\"kid\":\"ec\"}", CLAIMS, EC);
    for (String key : List.of(off, p384, x25519, shared)) {
      published = "{\"keys\":[" + key + "]}";

      assertThatThrownBy(() -> verifier(Duration.ZERO).verify(token))
          .isInstanceOf(ProblemException.class);
    }
  }

  @Test
  void hugeTokensAreRefusedBeforeTheyAreRead() {
    String pad = "x".repeat(600);
    refused(signed("{\"alg\":\"EdDSA\",\"kid\":\"" + pad + "\"}", CLAIMS, ED));
    refused(signed("{\"alg\":\"EdDSA\",\"kid\":\"ed\",\"typ\":\"" + pad + "\"}", CLAIMS, ED));
    refused("A".repeat(1_000_000) + ".A.A");
    refused(".".repeat(1_000_000));
    refused(encode("[".repeat(300)) + ".A.A");
  }

  @Test
  void clocksThatDifferByAMinuteAreToleratedAsConfigured() {
    String token = signed("{\"alg\":\"EdDSA\",\"kid\":\"ed\"}", CLAIMS, ED);
    AccessTokens lenient = verifier(Duration.ofSeconds(60));

    now = ISSUED.minusSeconds(60);
    lenient.verify(token);
    refused(token);
    now = ISSUED.minusSeconds(62);
    assertThatThrownBy(() -> verifier(Duration.ofSeconds(60)).verify(token))
        .isInstanceOf(ProblemException.class);
    now = ISSUED.plusSeconds(600 + 60);
    assertThat(lenient.verify(token).username()).isEqualTo("hanako");
    assertThat(verifier(Duration.ofSeconds(60)).verify(token).username()).isEqualTo("hanako");
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.EXPIRED_TOKEN));
    now = ISSUED.plusSeconds(600 + 62);
    assertThatThrownBy(() -> lenient.verify(token))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.EXPIRED_TOKEN));
  }

  private void good(String token) {
    assertThat(tokens.verify(token).username()).isEqualTo("hanako");
  }

  private void refused(String token) {
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INVALID_TOKEN));
  }

  /** Any header over a good payload, signed as our keys sign. */
  private static String signed(String header, String claims, PrivateKey key) {
    String input = encode(header) + "." + encode(claims);
    try {
      Signature signature =
          Signature.getInstance(
              key.getAlgorithm().startsWith("Ed") ? "Ed25519" : "SHA256withECDSAinP1363Format");
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + encode(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String withSignature(String header, byte[] signature) {
    return encode(header) + "." + encode(CLAIMS) + "." + encode(signature);
  }

  private static byte[] signature(String token) {
    return Base64.getUrlDecoder().decode(token.substring(token.lastIndexOf('.') + 1));
  }

  private static PrivateKey key(String jwk) {
    return (PrivateKey) Jwks.parser().build().parse(jwk).toKey();
  }

  private static PublicKey publicKey(String text) {
    Jwk<?> jwk = Jwks.parser().build().parse(text);
    return (PublicKey) jwk.toKey();
  }

  private static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
