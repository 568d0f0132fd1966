package org.tanada.app.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Where a list goes on: opaque to clients, signed, and good only for the list that gave it. Holds
 * no secret, so a signature is enough. Every app server reads those of every other.
 */
@Component
public final class Cursors {
  private static final int SIGNATURE = 16;

  private final byte[] key;

  Cursors(SecretProperties secrets) {
    this.key = secrets.urlSigningKey().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The cursor behind a page.
   *
   * @param list which list, its filters included, for example {@code videos?owner=17}
   * @param before only rows with a smaller id come next; null behind the last page
   */
  public @Nullable String encode(String list, @Nullable Long before) {
    if (before == null) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + SIGNATURE);
    bytes.putLong(before).put(signature(list, before));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * Where to go on.
   *
   * @return null without a cursor: from the beginning
   * @throws ProblemException {@code invalid-cursor} if it is not one that we gave for this list
   */
  public @Nullable Long decode(String list, @Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(cursor);
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
    if (bytes.length != Long.BYTES + SIGNATURE) {
      throw invalid();
    }
    long before = ByteBuffer.wrap(bytes).getLong();
    byte[] given = Arrays.copyOfRange(bytes, Long.BYTES, bytes.length);
    if (!MessageDigest.isEqual(given, signature(list, before))) {
      throw invalid();
    }
    return before;
  }

  private byte[] signature(String list, long before) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      // the first word keeps these signatures apart from those of addresses, made with the same key
      byte[] signed =
          mac.doFinal(("cursor\n" + list + "\n" + before).getBytes(StandardCharsets.UTF_8));
      return Arrays.copyOf(signed, SIGNATURE);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA256", e);
    }
  }

  private static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.INVALID_CURSOR, "This cursor was not given for this list.");
  }
}
