package org.tanada.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.row.testing.InMemoryRows;

class SigningKeysTests {
  private static final String SECRET = "a secret of at least 32 characters";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final InMemoryRows memory = new InMemoryRows();

  @Test
  void serversThatStartAtOnceShareOneKey() throws Exception {
    int servers = 6;
    CyclicBarrier start = new CyclicBarrier(servers);
    List<Future<String>> published = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(servers)) {
      for (int i = 0; i < servers; i++) {
        SigningKeys keys = keys(SECRET);
        published.add(
            threads.submit(() -> {
              start.await();
              return keys.jwks();
            }));
      }
    }

    assertThat(memory.all("signing_keys")).hasSize(2); // one that signs, one that stands by
    for (Future<String> one : published) {
      assertThat(one.get()).isEqualTo(published.getFirst().get());
    }
  }

  @Test
  void keySurvivesARestart() {
    SigningKey before = keys(SECRET).current();

    SigningKey after = keys(SECRET).current();

    assertThat(after.privateKey()).isEqualTo(before.privateKey());
    assertThat(after.kid()).isEqualTo(before.kid());
  }

  @Test
  void privateKeyIsKeptEncrypted() {
    SigningKey key = keys(SECRET).current();

    String row = memory.all("signing_keys").toString();

    assertThat(row)
        .contains(key.kid())
        .doesNotContain(
            Base64.getEncoder().encodeToString(key.privateKey().getEncoded()).substring(30, 60));
  }

  @Test
  void anotherSecretDoesNotOpenTheKeyNorReplaceIt() {
    String before = keys(SECRET).jwks();

    assertThatThrownBy(() -> keys("another secret of 32 characters!!").current())
        .isInstanceOfSatisfying(
            ProblemException.class, e -> assertThat(e.code()).isEqualTo(ProblemCode.INTERNAL));

    assertThat(keys(SECRET).jwks()).isEqualTo(before);
  }

  @Test
  void serverIsNotReadyUntilItHasTheKey() {
    memory.down(true);
    SigningKeys keys = keys(SECRET);
    assertThatThrownBy(keys::jwks).isInstanceOf(ProblemException.class);
    assertThat(keys.ready()).isFalse();

    memory.down(false);

    assertThat(keys.jwks()).contains("\"crv\":\"Ed25519\"");
    assertThat(keys.ready()).isTrue();
  }

  @Test
  void shortSecretIsRefused() {
    assertThatThrownBy(() -> new TokenSecret("too short")).isInstanceOf(RuntimeException.class);
  }

  @Test
  void keyOfAnOlderInstallationGoesOnAndGetsASuccessor() {
    keys(SECRET);
    Row first = memoryRow(keys(SECRET).current().kid());
    memory.all("signing_keys").stream()
        .filter(row -> row.id() != first.id())
        .forEach(row ->
            memory.commit(
                new Transaction(
                    SigningKeyRow.OWNER,
                    List.of(Write.delete(SigningKeyRow.TABLE, row.id(), null)),
                    List.of(),
                    "older",
                    "-",
                    null)));

    SigningKeys upgraded = keys(SECRET);

    assertThat(upgraded.current().kid()).isEqualTo(first.values().get("kid"));
    assertThat(upgraded.kids()).hasSize(2);
  }

  @Test
  void es256IsMadeWhenItIsConfigured() {
    SigningKeys keys = keys(SECRET, SigningAlgorithm.ES256);

    assertThat(keys.current().algorithm()).isEqualTo(SigningAlgorithm.ES256);
    assertThat(keys(SECRET).current().privateKey()).isEqualTo(keys.current().privateKey());
    assertThat(keys.jwks())
        .contains("\"kty\":\"EC\"", "\"crv\":\"P-256\"", "\"alg\":\"ES256\"")
        .doesNotContain("\"d\"");
  }

  private Row memoryRow(String kid) {
    return memory.all("signing_keys").stream()
        .filter(row -> kid.equals(row.values().get("kid")))
        .findFirst()
        .orElseThrow();
  }

  private SigningKeys keys(String secret) {
    return keys(secret, SigningAlgorithm.EDDSA);
  }

  private SigningKeys keys(String secret, SigningAlgorithm algorithm) {
    InstantSource clock = InstantSource.system();
    return new SigningKeys(
        new AccountRows(memory, clock, RANDOM),
        new IdGenerator(clock, RANDOM),
        clock,
        RANDOM,
        new TokenSecret(secret),
        properties(algorithm));
  }

  private static TokenProperties properties(SigningAlgorithm algorithm) {
    return new TokenProperties(
        algorithm,
        Duration.ofMinutes(10),
        Duration.ofDays(30),
        Duration.ofSeconds(30),
        Duration.ofDays(30),
        Duration.ofMinutes(2),
        50);
  }
}
