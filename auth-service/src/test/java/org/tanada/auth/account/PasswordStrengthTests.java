package org.tanada.auth.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordStrengthTests {
  private final PasswordStrength strength = new PasswordStrength();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "password", "Password123", "p@ssw0rd", "drowssap", "12345678", "abcdefgh", "aaaaaaaaaaaa",
        "abcabcabcabc", "qwertyuiop", "zxcvbnm,", "19840612", "12.06.1984", "iloveyou", "trustno1"
      })
  void whatGuessersTryFirstIsRefused(String password) {
    assertThat(strength.flaw(password, List.of())).startsWith("is too easy to guess: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mei.tanaka", "meitanaka", "Mei.Tanaka1", "t4n4k4m31"})
  void ownNamesAreRefused(String password) {
    assertThat(strength.flaw(password, List.of("mei.tanaka", "meitanaka", "mei", "tanaka")))
        .startsWith("is too easy to guess");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "correct horse",
        "another secret",
        "gT7#kQ2!",
        "grünes Fahrrad",
        "パスワードは長い文です",
        "aaaaaaaa and then some more of it"
      })
  void noRuleOfCompositionIsAskedFor(String password) {
    assertThat(strength.flaw(password, List.of("mei"))).isNull();
  }

  @Test
  void longestPasswordIsLookedAtInPart() {
    assertThat(strength.flaw("a".repeat(256), List.of())).isNotNull();
    assertThat(strength.flaw("x1y2z3😀".repeat(30), List.of("x".repeat(254)))).isNull();
  }
}
