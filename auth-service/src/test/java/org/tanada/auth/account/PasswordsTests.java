package org.tanada.auth.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

class PasswordsTests {
  private static PasswordProperties properties(int parallel, int queue, Duration patience) {
    return new PasswordProperties(DataSize.ofKilobytes(19456), 2, 1, parallel, queue, patience);
  }

  private static Passwords of(int kib, int passes, int lanes) {
    return new Passwords(
        new PasswordProperties(
            DataSize.ofKilobytes(kib), passes, lanes, 1, 8, Duration.ofSeconds(30)));
  }

  @Test
  void hashIsSaltedAndTellsItsParameters() {
    Passwords passwords = new Passwords(properties(1, 8, Duration.ofSeconds(30)));

    String hash = passwords.hash("correct horse");

    assertThat(hash).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    assertThat(passwords.hash("correct horse")).isNotEqualTo(hash);
    assertThat(passwords.matches("correct horse", hash)).isTrue();
    assertThat(passwords.matches("correct horsf", hash)).isFalse();
    assertThat(passwords.matchesNobody("correct horse")).isFalse();
  }

  @Test
  void keyboardMakesNoDifference() {
    Passwords passwords = new Passwords(properties(1, 8, Duration.ofSeconds(30)));

    assertThat(passwords.matches("cafe\u0301 cre\u0300me", passwords.hash("caf\u00e9 cr\u00e8me")))
        .isTrue();
  }

  @Test
  void whoFindsTheQueueFullIsToldToComeAgain() throws Exception {
    Passwords passwords = new Passwords(properties(1, 1, Duration.ofMinutes(1)));
    int callers = 8;
    CyclicBarrier start = new CyclicBarrier(callers);
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int i = 0; i < callers; i++) {
        answers.add(
            threads.submit(() -> {
              start.await();
              return passwords.hash("correct horse");
            }));
      }
    }

    int served = 0;
    for (Future<String> answer : answers) {
      try {
        assertThat(answer.get()).startsWith("$argon2id$");
        served++;
      } catch (ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                ProblemException.class,
                problem -> assertThat(problem.code()).isEqualTo(ProblemCode.UNAVAILABLE));
      }
    }
    assertThat(served).isBetween(2, callers - 1);
    assertThat(passwords.hash("correct horse")).startsWith("$argon2id$");
  }

  @Test
  void whoWaitsTooLongIsToldToComeAgain() throws Exception {
    Passwords passwords = new Passwords(properties(1, 64, Duration.ofMillis(1)));
    int callers = 16;
    List<Future<String>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int i = 0; i < callers; i++) {
        answers.add(threads.submit(() -> passwords.hash("correct horse")));
      }
    }

    assertThat(answers).anyMatch(answer -> answer.state() == Future.State.SUCCESS);
    assertThatThrownBy(
            () -> {
              for (Future<String> answer : answers) {
                answer.get();
              }
            })
        .hasCauseInstanceOf(ProblemException.class);
  }

  @Test
  void parametersAreConfigured() {
    Passwords passwords = of(1024, 3, 2);

    String hash = passwords.hash("correct horse");

    assertThat(hash).startsWith("$argon2id$v=19$m=1024,t=3,p=2$");
    assertThat(passwords.matches("correct horse", hash)).isTrue();
    assertThat(passwords.matchesNobody("correct horse")).isFalse();
    assertThat(passwords.outdated(hash)).isFalse();
  }

  @Test
  void hashOfLessWorkIsOutdatedAndStillGood() {
    String weak = of(1024, 1, 1).hash("correct horse");

    assertThat(of(2048, 1, 1).outdated(weak)).isTrue();
    assertThat(of(1024, 2, 1).outdated(weak)).isTrue();
    assertThat(of(512, 1, 1).outdated(weak)).isFalse();
    assertThat(of(2048, 2, 1).matches("correct horse", weak)).isTrue();
  }

  @Test
  void hashesThatDoNotFitInTheHeapAreRefusedAtTheStart() {
    int tooMuch = (int) (Runtime.getRuntime().maxMemory() >> 10);

    assertThatThrownBy(() -> of(tooMuch, 1, 1))
        .hasMessageContaining("lower tanada.auth.password.parallel or memory");
    assertThatThrownBy(() -> of(7, 1, 1)).hasMessageContaining("tanada.auth.password.memory");
  }
}
