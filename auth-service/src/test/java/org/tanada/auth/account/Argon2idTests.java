package org.tanada.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/** Beside Spring Security's encoder, whose hashes are in the databases of before. */
class Argon2idTests {
  @ParameterizedTest
  @CsvSource({"64,1,1", "1024,3,2", "19456,2,1"})
  void hashesAreThoseOfSpringSecurity(int kib, int passes, int lanes) {
    Argon2id ours = new Argon2id(16, 32, new Argon2id.Cost(kib, passes, lanes));
    Argon2PasswordEncoder theirs = new Argon2PasswordEncoder(16, 32, lanes, kib, passes);

    for (String password : List.of("correct horse", "größer 🐎", "x".repeat(1000))) {
      assertThat(ours.matches(password, theirs.encode(password))).isTrue();
      assertThat(theirs.matches(password, ours.encode(password))).isTrue();
      assertThat(ours.matches(password + " ", theirs.encode(password))).isFalse();
    }
    assertThat(ours.upgradeEncoding(theirs.encode("correct horse"))).isFalse();
  }

  @Test
  void memoryThatIsTakenOverChangesNoHash() throws Exception {
    Argon2id argon2 = new Argon2id(16, 32, new Argon2id.Cost(256, 2, 1));
    Argon2id larger = new Argon2id(16, 32, new Argon2id.Cost(512, 2, 1));
    String other = larger.encode("another cost");
    List<Future<String>> hashes = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 200; i++) {
        String password = "password " + i;
        hashes.add(
            threads.submit(() -> {
              assertThat(argon2.matches("another cost", other)).isTrue();
              return argon2.encode(password);
            }));
      }
    }
    Argon2PasswordEncoder fresh = new Argon2PasswordEncoder(16, 32, 1, 256, 2);

    for (int i = 0; i < 200; i++) {
      assertThat(fresh.matches("password " + i, hashes.get(i).get())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nothing",
        "$argon2i$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2id$v=16$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAA",
        "$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
      })
  void whatIsNoHashOfOursIsNobodysAndToBeReplaced(String hash) {
    Argon2id argon2 = new Argon2id(16, 32, new Argon2id.Cost(64, 1, 1));

    assertThat(argon2.matches("", hash)).isFalse();
    assertThat(argon2.matches("correct horse", hash)).isFalse();
    assertThat(argon2.upgradeEncoding(hash)).isTrue();
  }
}
