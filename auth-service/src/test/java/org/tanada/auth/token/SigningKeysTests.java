package org.tanada.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
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
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
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

    assertThat(memory.all("signing_keys")).hasSize(1);
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

  private SigningKeys keys(String secret) {
    AccountRows rows = new AccountRows(memory, InstantSource.system(), RANDOM);
    return new SigningKeys(rows, RANDOM, new TokenSecret(secret));
  }
}
