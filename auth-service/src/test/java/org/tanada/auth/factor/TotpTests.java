package org.tanada.auth.factor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TotpTests {
  private static final byte[] SECRET = "12345678901234567890".getBytes(StandardCharsets.US_ASCII);
  private static final Instant NOW = Instant.ofEpochSecond(1_111_111_111);

  /** RFC 6238, appendix B, with SHA-1; the last six of its eight digits. */
  @ParameterizedTest
  @CsvSource({
    "59, 287082",
    "1111111109, 081804",
    "1111111111, 050471",
    "1234567890, 005924",
    "2000000000, 279037",
    "20000000000, 353130"
  })
  void codesAreThoseOfTheStandard(long seconds, String code) {
    assertThat(Totp.code(SECRET, Totp.step(Instant.ofEpochSecond(seconds)))).isEqualTo(code);
  }

  /** RFC 4226, appendix D. */
  @ParameterizedTest
  @CsvSource({"0, 755224", "1, 287082", "2, 359152", "8, 399871", "9, 520489"})
  void countersGiveTheCodesOfHotp(long counter, String code) {
    assertThat(Totp.code(SECRET, counter)).isEqualTo(code);
  }

  @Test
  void clocksMayDifferByOneStep() {
    long present = Totp.step(NOW);
    for (long off : new long[] {-1, 0, 1}) {
      assertThat(Totp.match(SECRET, Totp.code(SECRET, present + off), NOW, 0))
          .hasValue(present + off);
    }
    for (long off : new long[] {-2, 2}) {
      assertThat(Totp.match(SECRET, Totp.code(SECRET, present + off), NOW, 0)).isEmpty();
    }
  }

  @Test
  void usedStepsAndThoseBeforeAreOver() {
    long present = Totp.step(NOW);
    String code = Totp.code(SECRET, present);

    assertThat(Totp.match(SECRET, code, NOW, present - 1)).isPresent();
    assertThat(Totp.match(SECRET, code, NOW, present)).isEmpty();
    assertThat(Totp.match(SECRET, Totp.code(SECRET, present - 1), NOW, present)).isEmpty();
    assertThat(Totp.match(SECRET, "", NOW, 0)).isEmpty();
    assertThat(Totp.match(SECRET, "٠٥٠٤٧١", NOW, 0)).isEmpty();
  }

  @Test
  void appsReadTheSecret() {
    assertThat(Totp.uri(SECRET, "mei sato"))
        .isEqualTo(
            "otpauth://totp/Tanada:mei%20sato?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                + "&issuer=Tanada&algorithm=SHA1&digits=6&period=30");
  }

  @Test
  void recoveryCodesAreTakenHoweverTheyAreTyped() {
    List<String> codes = RecoveryCode.set(new SecureRandom());
    assertThat(new HashSet<>(codes))
        .hasSize(10)
        .allMatch(code -> code.matches("(-?[a-z2-7]{4}){4}"));
    String column = RecoveryCode.column(codes);
    assertThat(column).doesNotContain(codes.getFirst()).hasSizeLessThan(1024);

    String typed = codes.get(3).toUpperCase(java.util.Locale.ROOT).replace('-', ' ');
    String left = RecoveryCode.without(column, typed);

    assertThat(RecoveryCode.looksLike(typed)).isTrue();
    assertThat(RecoveryCode.digests(left)).hasSize(9);
    assertThat(RecoveryCode.without(left, typed)).isEqualTo(left);
    assertThat(RecoveryCode.looksLike("123456")).isFalse();
  }

  @Test
  void waitsGrowToAQuarterOfAnHourAndEnd() {
    assertThat(row(4).pause(NOW)).isZero();
    assertThat(row(5).pause(NOW)).isEqualTo(Duration.ofSeconds(5));
    assertThat(row(7).pause(NOW)).isEqualTo(Duration.ofSeconds(20));
    assertThat(row(7).pause(NOW.plusSeconds(20))).isZero();
    assertThat(row(5_000).pause(NOW)).isEqualTo(Duration.ofMinutes(15));
  }

  private static FactorRow row(long failures) {
    return new FactorRow("", 0, failures, NOW, "");
  }
}
