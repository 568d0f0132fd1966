package org.tanada.auth.factor;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.util.encoders.Base32;
import org.tanada.auth.store.Secrets;

/**
 * Codes for the day when the app is lost: 80 random bits each, too many to be guessed, so that they
 * need neither a slow hash nor a limit of tries, and work while wrong codes of the app have to
 * wait.
 */
final class RecoveryCode {
  /** How many there are in a set. */
  static final int COUNT = 10;

  private static final int BYTES = 10;
  private static final Pattern FORM = Pattern.compile("[a-z2-7]{16}");

  private RecoveryCode() {}

  /** A new set, as shown: {@code abcd-efgh-ijkl-mnop}. */
  static List<String> set(SecureRandom random) {
    return Stream.generate(() -> one(random)).limit(COUNT).toList();
  }

  private static String one(SecureRandom random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    String text = Base32.toBase32String(bytes).toLowerCase(Locale.ROOT);
    return text.replaceAll("(.{4})(?!$)", "$1-");
  }

  /** What people make of them: with or without hyphens, in any case. */
  static boolean looksLike(String typed) {
    return FORM.matcher(normal(typed)).matches();
  }

  /** The column with all digests. */
  static String column(List<String> codes) {
    return codes.stream().map(RecoveryCode::digest).collect(Collectors.joining(","));
  }

  /** The digests in the column. */
  static List<String> digests(String column) {
    return Arrays.stream(column.split(",", -1)).filter(digest -> !digest.isEmpty()).toList();
  }

  /** The column without the code; the same if it is not in it. */
  static String without(String column, String typed) {
    return digests(column).stream()
        .filter(digest -> !Secrets.matches(normal(typed), digest))
        .collect(Collectors.joining(","));
  }

  private static String digest(String code) {
    return Secrets.digest(normal(code));
  }

  private static String normal(String typed) {
    return typed.replaceAll("[\\s-]", "").toLowerCase(Locale.ROOT);
  }
}
