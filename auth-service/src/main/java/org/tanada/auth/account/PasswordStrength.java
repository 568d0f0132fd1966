package org.tanada.auth.account;

import com.nulabinc.zxcvbn.StandardDictionaries;
import com.nulabinc.zxcvbn.StandardKeyboards;
import com.nulabinc.zxcvbn.Strength;
import com.nulabinc.zxcvbn.Zxcvbn;
import com.nulabinc.zxcvbn.ZxcvbnBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.util.function.SingletonSupplier;

/**
 * How many guesses a password resists, as zxcvbn estimates it (Wheeler, USENIX Security 2016): by
 * leaked passwords, patterns of keys, repetitions, sequences, dates, and the person's own names.
 * That is what NIST SP 800-63B, section 3.1.1.2, asks for in place of rules of composition.
 */
@Component
final class PasswordStrength {
  /** A million: what an attacker may try in a month who is slowed down to one guess in 2.6 s. */
  private static final double LEAST_GUESSES = 1e6;

  /** Characters; the estimate takes the square of their number, and more do not make it worse. */
  private static final int LOOKED_AT = 72;

  /** Read when the first password comes, not at the start. */
  private final SingletonSupplier<Zxcvbn> estimator =
      SingletonSupplier.of(PasswordStrength::estimator);

  private static Zxcvbn estimator() {
    try {
      return new ZxcvbnBuilder()
          .dictionary(StandardDictionaries.PASSWORDS_LOADER.load())
          .keyboards(StandardKeyboards.loadAllKeyboards())
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What makes the password too easy to guess.
   *
   * @param names that a guesser tries first: the person's own
   * @return null if nothing does
   */
  @Nullable String flaw(String password, List<String> names) {
    String part =
        password.substring(
            0,
            password.offsetByCodePoints(
                0, Math.min(LOOKED_AT, password.codePointCount(0, password.length()))));
    Strength strength = estimator.obtain().measure(part, names);
    if (strength.getGuesses() >= LEAST_GUESSES) {
      return null;
    }
    String warning = strength.getFeedback().getWarning(Locale.ENGLISH);
    return warning == null || warning.isEmpty()
        ? "is too easy to guess: add another word or two"
        : "is too easy to guess: " + warning;
  }
}
