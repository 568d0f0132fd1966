package org.tanada.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.pkce.CodeChallenge;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.util.URLUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * An OpenID provider over real HTTP on the loopback, which does as it should until it is told to
 * lie. It is a GitHub-like provider, too: its user info tells a numeric {@code id}.
 */
final class LyingProvider implements AutoCloseable {
  static final String CLIENT = "tanada";
  static final String SECRET = "client-secret-of-tests";
  private static final String ED_KEY = "ed-key";

  /** How an ID token is signed. */
  enum Signature {
    RS256,
    EDDSA,
    EDDSA_FOREIGN_KEY,
    NONE,
    HS256,
    FOREIGN_KEY
  }

  private final HttpServer server;
  private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
  final AtomicInteger keysAsked = new AtomicInteger();
  private final RSAKey foreignKey = newKey();
  private volatile RSAKey key = newKey();
  private final KeyPair edKey = newEdKey();
  private volatile String subject = "nobody";
  volatile Signature signature = Signature.RS256;
  volatile Consumer<JWTClaimsSet.Builder> claims = builder -> {};
  volatile String issuerParameter;
  volatile boolean codesWorkAgain;
  volatile boolean huge;
  volatile boolean announcesEdDsa = true;
  volatile int status = 200;
  volatile CountDownLatch silence = new CountDownLatch(0);
  volatile CountDownLatch asked = new CountDownLatch(1);

  LyingProvider() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/.well-known/openid-configuration", this::metadata);
    server.createContext("/keys", this::keys);
    server.createContext("/token", this::token);
    server.createContext("/user", this::user);
    server.start();
    issuerParameter = issuer();
  }

  String issuer() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Does as it should from now on. */
  void behave() {
    silence.countDown();
    signature = Signature.RS256;
    claims = builder -> {};
    issuerParameter = issuer();
    codesWorkAgain = false;
    huge = false;
    announcesEdDsa = true;
    status = 200;
  }

  /** From now on it answers nothing until it behaves again. */
  void fallSilent() {
    asked = new CountDownLatch(1);
    silence = new CountDownLatch(1);
  }

  void rotateKeys() {
    key = newKey();
  }

  /** The user says yes: the query that the browser comes back with. */
  String authorize(String location, String user) {
    subject = user;
    Map<String, String> request = single(URI.create(location).getRawQuery());
    String code = UUID.randomUUID().toString();
    request.put("subject", user);
    codes.put(code, request);
    return "code="
        + code
        + "&state="
        + encode(request.get("state"))
        + (issuerParameter == null ? "" : "&iss=" + encode(issuerParameter));
  }

  /** A logout token, with claims changed as wanted. */
  String logoutToken(String user, String session, Consumer<JWTClaimsSet.Builder> change) {
    JWTClaimsSet.Builder builder =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience(CLIENT)
            .issueTime(Date.from(Instant.now()))
            .expirationTime(Date.from(Instant.now().plus(Duration.ofMinutes(2))))
            .jwtID(UUID.randomUUID().toString())
            .claim(
                "events", Map.of("http://schemas.openid.net/event/backchannel-logout", Map.of()));
    if (user != null) {
      builder.subject(user);
    }
    if (session != null) {
      builder.claim("sid", session);
    }
    change.accept(builder);
    return sign(builder.build());
  }

  private void metadata(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        """
        {"issuer": "%1$s", "authorization_endpoint": "%1$s/authorize", "token_endpoint": "%1$s/token",
         "jwks_uri": "%1$s/keys", "userinfo_endpoint": "%1$s/user", "end_session_endpoint": "%1$s/out",
         "response_types_supported": ["code"], "subject_types_supported": ["public"],
         "id_token_signing_alg_values_supported": [%2$s],
         "authorization_response_iss_parameter_supported": true}
        """
            .formatted(issuer(), announcesEdDsa ? "\"RS256\", \"EdDSA\"" : "\"RS256\""));
  }

  private void keys(HttpExchange exchange) throws IOException {
    keysAsked.incrementAndGet();
    answer(
        exchange,
        new JWKSet(
                List.of(
                    key.toPublicJWK(),
                    new OctetKeyPair.Builder(Curve.Ed25519, edX()).keyID(ED_KEY).build()))
            .toString());
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        single(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    Map<String, String> flow =
        codesWorkAgain ? codes.get(form.get("code")) : codes.remove(form.get("code"));
    String client =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
    boolean good =
        flow != null
            && client.equals(exchange.getRequestHeaders().getFirst("Authorization"))
            && flow.get("redirect_uri").equals(form.get("redirect_uri"))
            && "S256".equals(flow.get("code_challenge_method"))
            && CodeChallenge.compute(
                    CodeChallengeMethod.S256, new CodeVerifier(form.get("code_verifier")))
                .getValue()
                .equals(flow.get("code_challenge"));
    if (!good) {
      status = status == 200 ? 400 : status;
      answer(exchange, "{\"error\": \"invalid_grant\"}");
      status = status == 400 ? 200 : status;
      return;
    }
    String idToken = flow.get("nonce") == null ? null : idToken(flow);
    answer(
        exchange,
        "{\"access_token\": \"access\", \"token_type\": \"Bearer\""
            + (idToken == null ? "" : ", \"id_token\": \"" + idToken + "\"")
            + "}");
  }

  private void user(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        "{\"sub\": \"%s\", \"id\": %d, \"login\": \"octo cat\", \"name\": \"Octo Cat\"}"
            .formatted(subject, subject.hashCode()));
  }

  private String idToken(Map<String, String> flow) {
    Instant now = Instant.now();
    JWTClaimsSet.Builder builder =
        new JWTClaimsSet.Builder()
            .issuer(issuer())
            .audience(CLIENT)
            .subject(flow.get("subject"))
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
            .claim("nonce", flow.get("nonce"))
            .claim("auth_time", now.getEpochSecond())
            .claim("sid", "session-of-" + flow.get("subject"))
            .claim("preferred_username", flow.get("subject"))
            .claim("name", "Somebody " + flow.get("subject"));
    claims.accept(builder);
    return sign(builder.build());
  }

  private String sign(JWTClaimsSet set) {
    try {
      if (signature == Signature.NONE) {
        return new PlainJWT(set).serialize();
      }
      if (signature == Signature.EDDSA || signature == Signature.EDDSA_FOREIGN_KEY) {
        return signByEdDsa(set);
      }
      boolean shared = signature == Signature.HS256;
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(shared ? JWSAlgorithm.HS256 : JWSAlgorithm.RS256)
                  .keyID(key.getKeyID())
                  .build(),
              set);
      if (shared) { // by the public key, which everybody has (RFC 8725, 2.1)
        jwt.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
      } else {
        jwt.sign(new RSASSASigner(signature == Signature.FOREIGN_KEY ? foreignKey : key));
      }
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String signByEdDsa(JWTClaimsSet set) {
    try {
      SignedJWT jwt =
          new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID(ED_KEY).build(), set);
      java.security.Signature signing = java.security.Signature.getInstance("Ed25519");
      signing.initSign((signature == Signature.EDDSA ? edKey : newEdKey()).getPrivate());
      signing.update(jwt.getSigningInput());
      return new String(jwt.getSigningInput(), StandardCharsets.US_ASCII)
          + "."
          + Base64URL.encode(signing.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The last 32 bytes of the key's X.509 form (RFC 8410). */
  private Base64URL edX() {
    byte[] encoded = edKey.getPublic().getEncoded();
    return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  private static KeyPair newEdKey() {
    try {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private void answer(HttpExchange exchange, String json) throws IOException {
    asked.countDown();
    try {
      silence.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(status, 0);
      out.write(body);
      for (int kilobyte = 0; huge && kilobyte < 4096; kilobyte++) {
        out.write(" ".repeat(1024).getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  private static RSAKey newKey() {
    try {
      return new RSAKeyGenerator(2048).keyID(UUID.randomUUID().toString()).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> single(String query) {
    Map<String, String> values = new ConcurrentHashMap<>();
    for (Map.Entry<String, List<String>> entry : URLUtils.parseParameters(query).entrySet()) {
      values.put(entry.getKey(), entry.getValue().getFirst());
    }
    return values;
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    silence.countDown();
    server.stop(0);
  }
}
