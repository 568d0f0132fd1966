package org.tanada.auth.session;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.tanada.common.id.TanadaId;

/**
 * The value of a session cookie: the session's id, a dot, 256 random bits in base64url.
 *
 * @param id of the session
 * @param secret the random part
 */
record CookieValue(long id, String secret) {
  private static final int SECRET_BYTES = 32;
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\.([A-Za-z0-9_-]{43})");

  /** A cookie with a new secret. */
  static CookieValue issue(long id, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new CookieValue(id, Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
  }

  /** Reads a value; null if it has not the form of one. */
  static @Nullable CookieValue parse(@Nullable String value) {
    Matcher matcher = FORM.matcher(value == null ? "" : value);
    if (!matcher.matches()) {
      return null;
    }
    long id = TanadaId.parse(matcher.group(1));
    return id < 0 ? null : new CookieValue(id, matcher.group(2));
  }

  /** The cookie's value. */
  String value() {
    return id + "." + secret;
  }

  @Override
  public String toString() {
    return "CookieValue[id=" + id + "]";
  }
}
