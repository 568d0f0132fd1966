package org.tanada.auth.token;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.id.TanadaId;

/**
 * Makes and reads refresh tokens: the family's id, a dot, and in base64url 32 secret bytes with a
 * tag of 16 bytes.
 *
 * <p>The tag tells our own tokens from guesses without a look at the database: an old token that
 * comes again ends its family, a guess must not. The first secret is random; each next one is
 * derived from the one before with a key of the server, so that asking again for a lost answer
 * gives the same token again, and only somebody with that key can look ahead.
 */
@Component
final class RefreshTokens {
  private static final int SECRET_BYTES = 32;
  private static final int TAG_BYTES = 16;
  private static final Pattern FORM = Pattern.compile("([0-9]{1,19})\\.([A-Za-z0-9_-]{64})");

  private final SecretKeySpec tagKey;
  private final SecretKeySpec nextKey;
  private final SecureRandom random;

  RefreshTokens(TokenSecret secret, SecureRandom random) {
    this.tagKey = secret.key("refresh token tag", "HmacSHA256");
    this.nextKey = secret.key("refresh token succession", "HmacSHA256");
    this.random = random;
  }

  /** The first token of a family. */
  Token first(long family) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return token(family, secret);
  }

  /** The token that follows. */
  Token next(Token token) {
    return token(
        token.family(), TokenSecret.hmac(nextKey, message(token.family(), token.secret())));
  }

  /** Reads a token; null if it is not one that we made. */
  @Nullable Token parse(@Nullable String text) {
    Matcher matcher = FORM.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return null;
    }
    long family = TanadaId.parse(matcher.group(1));
    byte[] bytes = Base64.getUrlDecoder().decode(matcher.group(2));
    byte[] secret = Arrays.copyOf(bytes, SECRET_BYTES);
    byte[] tag = Arrays.copyOfRange(bytes, SECRET_BYTES, bytes.length);
    return family >= 0 && MessageDigest.isEqual(tag, tag(family, secret))
        ? token(family, secret)
        : null;
  }

  private Token token(long family, byte[] secret) {
    byte[] bytes =
        ByteBuffer.allocate(SECRET_BYTES + TAG_BYTES).put(secret).put(tag(family, secret)).array();
    return new Token(
        family,
        new String(secret, StandardCharsets.ISO_8859_1),
        family + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }

  private byte[] tag(long family, byte[] secret) {
    return Arrays.copyOf(
        TokenSecret.hmac(tagKey, message(family, new String(secret, StandardCharsets.ISO_8859_1))),
        TAG_BYTES);
  }

  private static byte[] message(long family, String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(Long.BYTES + bytes.length).putLong(family).put(bytes).array();
  }

  /**
   * A refresh token.
   *
   * @param family id of its family
   * @param secret its secret bytes, one a character
   * @param text the whole as the client has it
   */
  record Token(long family, String secret, String text) {
    @Override
    public String toString() {
      return "RefreshToken[family=" + family + "]";
    }
  }
}
