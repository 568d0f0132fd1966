package org.tanada.app.page;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import org.springframework.http.HttpHeaders;

/**
 * Header fields of pages: what they may load, and who may keep them. What is the same for every
 * answer stands in the security chain.
 */
final class PageHeaders {
  /**
   * Public pages: browsers ask again each time, edges keep them for ten seconds, give the old one
   * while they fetch the new one, and go on with it for ten minutes if we are down (RFC 5861).
   */
  static final String SHARED =
      "public, max-age=0, s-maxage=10, stale-while-revalidate=30, stale-if-error=600";

  /** What belongs to one user, and what tells of an error. */
  static final String PRIVATE = "private, no-store";

  private static final String POLICY =
      "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self';"
          + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none';"
          + " object-src 'none'";

  private PageHeaders() {}

  /** The fields of an HTML page. */
  static HttpHeaders html(String keep) {
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.CONTENT_TYPE, "text/html;charset=utf-8");
    headers.setCacheControl(keep);
    headers.set("Content-Security-Policy", POLICY);
    return headers;
  }

  /** A strong entity tag: the digest of the bytes. */
  static String etag(byte[] body) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(body);
      String text =
          Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
      return "\"" + text + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
