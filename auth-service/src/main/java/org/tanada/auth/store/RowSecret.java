package org.tanada.auth.store;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;

/**
 * What somebody keeps to show that a row is theirs, of which the row has a digest: its id, a dot,
 * 256 random bits in base64url. Session cookies are such, and what mailed links carry.
 *
 * @param id of the row
 * @param secret the random part
 */
public record RowSecret(long id, String secret) {
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\.([A-Za-z0-9_-]{43})");

  /** A new secret for a row. */
  public static RowSecret issue(long id, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new RowSecret(id, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Reads a value; null if it has not the form of one. */
  public static @Nullable RowSecret parse(@Nullable String value) {
    Matcher matcher = FORM.matcher(value == null ? "" : value);
    if (!matcher.matches()) {
      return null;
    }
    long id = TanadaId.parse(matcher.group(1));
    return id < 0 ? null : new RowSecret(id, matcher.group(2));
  }

  /** Both as one text; a secret. */
  public String value() {
    return id + "." + secret;
  }

  @Override
  public String toString() {
    return "RowSecret[id=" + id + "]";
  }
}
