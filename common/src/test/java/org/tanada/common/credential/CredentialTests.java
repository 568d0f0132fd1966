package org.tanada.common.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.permission.ServiceName;

class CredentialTests {
  private static final Instant START = Instant.parse("2026-11-29T12:00:00Z");

  private final AtomicReference<Instant> now = new AtomicReference<>(START);
  private final AtomicReference<Instant> theirs = new AtomicReference<>(START);

  @TempDir private Path directory;
  private final List<ServiceKey> known = new ArrayList<>();
  private CredentialIssuer app;
  private CredentialVerifier router;

  @BeforeEach
  void makeKeys() throws Exception {
    known.add(make("app-1", ServiceName.APP));
    publish();
    app = new CredentialIssuer(directory.resolve("app"), theirs::get);
    router = new CredentialVerifier(directory, ServiceName.ROUTER, now::get);
  }

  /** Gives a service a new key; others do not know it yet. */
  private ServiceKey make(String id, ServiceName service) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    replace(
        service.text(), id + " " + service.text() + " " + base64(pair.getPrivate().getEncoded()));
    return new ServiceKey(
        id, service, ServiceKey.ED25519, base64(pair.getPublic().getEncoded()), null);
  }

  private void publish() throws IOException {
    replace(ServiceKeys.FILE, String.join("\n", known.stream().map(ServiceKey::text).toList()));
  }

  private void replace(String name, String text) throws IOException {
    Path fresh = Files.writeString(directory.resolve("fresh"), text);
    Files.move(
        fresh,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private void later(Duration time) {
    now.updateAndGet(instant -> instant.plus(time));
    theirs.updateAndGet(instant -> instant.plus(time));
  }

  @Test
  void callerIsKnownByItsSignature() {
    String credential = app.of(ServiceName.ROUTER);

    assertThat(router.caller(credential)).isEqualTo(ServiceName.APP);
    assertThat(router.caller(credential)).as("remembered").isEqualTo(ServiceName.APP);
    assertThat(app.of(ServiceName.ROUTER)).as("made once").isSameAs(credential);
    assertThat(credential).startsWith("app.router.app-1.").hasSizeLessThan(160);
  }

  @Test
  void allProcessesOfAServiceShowTheSame() {
    CredentialIssuer another = new CredentialIssuer(directory.resolve("app"), theirs::get);

    assertThat(another.of(ServiceName.ROUTER)).isEqualTo(app.of(ServiceName.ROUTER));
  }

  @Test
  void credentialForAnotherServiceIsRefused() {
    assertThat(router.caller(app.of(ServiceName.AUTH))).isNull();
  }

  @Test
  void everyChangeOfACredentialIsRefused() {
    String good = app.of(ServiceName.ROUTER);
    assertThat(router.caller(good)).isNotNull();

    for (int length = 0; length < good.length(); length++) {
      assertThat(router.caller(good.substring(0, length))).as("cut at %d", length).isNull();
    }
    String claims = good.substring(0, good.lastIndexOf('.'));
    String proof = good.substring(claims.length());
    for (String changed :
        new String[] {
          null,
          "",
          ".",
          "....",
          "x".repeat(10_000),
          good + "A",
          good + ".",
          "." + good,
          good.replace("app.router", "auth.router"),
          good.replace("app.router", "operator.router"),
          good.replace("app-1", "app-2"),
          claims + "0" + proof,
          claims.substring(0, claims.lastIndexOf('.')) + ".0" + proof,
          claims.substring(0, claims.lastIndexOf('.')) + ".-1" + proof,
          claims + "." + "A".repeat(86),
          claims + ".ä" + proof.substring(2)
        }) {
      assertThat(router.caller(changed)).as(changed).isNull();
    }
  }

  @Test
  void keyOfAnotherServiceSignsForThatAlone() throws Exception {
    known.add(make("edge-1", ServiceName.EDGE));
    publish();
    replace("edge", Files.readString(directory.resolve("edge")).replace(" edge ", " app "));
    CredentialIssuer liar = new CredentialIssuer(directory.resolve("edge"), theirs::get);

    assertThat(liar.of(ServiceName.ROUTER)).startsWith("app.router.edge-1.");
    assertThat(router.caller(liar.of(ServiceName.ROUTER))).isNull();
  }

  @Test
  void keyThatNobodyKnowsSignsForNobody() throws Exception {
    make("app-1", ServiceName.APP); // the same name, another key

    assertThat(
            router.caller(
                new CredentialIssuer(directory.resolve("app"), theirs::get).of(ServiceName.ROUTER)))
        .isNull();
  }

  @Test
  void credentialIsOverAfterAMinuteAndTheTolerance() {
    String credential = app.of(ServiceName.ROUTER);

    now.set(START.plusSeconds(119));
    assertThat(router.caller(credential)).isNotNull();
    now.set(START.plusSeconds(120));
    assertThat(router.caller(credential)).isNull();
  }

  @Test
  void clocksMayDifferByAMinute() {
    for (Duration skew : List.of(Duration.ofSeconds(-60), Duration.ofSeconds(60))) {
      for (int second = 0; second < 60; second++) {
        now.set(START.plusSeconds(second));
        theirs.set(now.get().plus(skew));
        assertThat(router.caller(app.of(ServiceName.ROUTER)))
            .as("%s at second %d", skew, second)
            .isEqualTo(ServiceName.APP);
      }
    }
    theirs.set(now.get().plus(Duration.ofMinutes(5)));
    assertThat(router.caller(app.of(ServiceName.ROUTER))).as("far ahead").isNull();
    theirs.set(now.get().minus(Duration.ofMinutes(5)));
    assertThat(router.caller(app.of(ServiceName.ROUTER))).as("far behind").isNull();
  }

  @Test
  void newKeyTakesOverWithoutARefusal() throws Exception {
    String old = app.of(ServiceName.ROUTER);
    assertThat(router.caller(old)).isEqualTo(ServiceName.APP);

    // made and published, but not signing yet
    byte[] before = Files.readAllBytes(directory.resolve("app"));
    ServiceKey fresh = make("app-2", ServiceName.APP);
    byte[] after = Files.readAllBytes(directory.resolve("app"));
    replace("app", new String(before, java.nio.charset.StandardCharsets.US_ASCII));
    known.add(fresh);
    publish();
    assertThat(router.caller(app.of(ServiceName.ROUTER))).isEqualTo(ServiceName.APP);

    // it signs; the old one is good a while longer
    replace("app", new String(after, java.nio.charset.StandardCharsets.US_ASCII));
    known.set(0, known.getFirst().until(START.plusSeconds(100)));
    publish();
    for (int i = 0; i < 10; i++) {
      assertThat(router.caller(app.of(ServiceName.ROUTER))).isEqualTo(ServiceName.APP);
      later(Duration.ofSeconds(10));
    }
    assertThat(app.of(ServiceName.ROUTER)).startsWith("app.router.app-2.");
    assertThat(router.caller(old)).isNull();
  }

  @Test
  void keyThatIsTakenBackIsForgottenWithinSeconds() throws Exception {
    String credential = app.of(ServiceName.ROUTER);
    assertThat(router.caller(credential)).isNotNull();

    known.set(0, known.getFirst().until(START));
    publish();

    later(Duration.ofSeconds(11));
    assertThat(router.caller(credential)).isNull();
  }

  @Test
  void damagedFilesLeaveWhatIsKnown() throws Exception {
    replace(ServiceKeys.FILE, "nonsense");
    replace("app", "nonsense");

    assertThat(router.caller(app.of(ServiceName.ROUTER))).isEqualTo(ServiceName.APP);
    later(Duration.ofSeconds(31));
    assertThat(router.caller(app.of(ServiceName.ROUTER))).isEqualTo(ServiceName.APP);
    assertThatThrownBy(() -> new CredentialIssuer(directory.resolve("app"), theirs::get))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void credentialThatDoesNotChangeIsKnownByItsDigest() throws Exception {
    String secret = "0123456789-0123456789-0123456789";
    known.add(ServiceKey.ofStatic("front-1", ServiceName.FRONT, ServiceName.ROUTER, secret));
    publish();

    assertThat(router.caller("front.router.front-1.0." + secret)).isEqualTo(ServiceName.FRONT);
    for (String wrong :
        Arrays.asList(
            "front.router.front-1.0." + secret + "x",
            "front.router.front-1.1764417600." + secret,
            "app.router.front-1.0." + secret,
            "front.router.app-1.0." + secret)) {
      assertThat(router.caller(wrong)).as(wrong).isNull();
    }
    CredentialVerifier lb = new CredentialVerifier(directory, ServiceName.LB, now::get);
    assertThat(lb.caller("front.lb.front-1.0." + secret)).as("for another service").isNull();
  }
}
