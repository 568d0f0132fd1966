package org.tanada.storage.place;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The body of an upload and what its head says of it. Failures to read are the sender's problem.
 *
 * @param content the bytes
 * @param length announced, or -1
 * @param contentType media type
 * @param sha256 announced by {@code Content-Digest} (RFC 9530), in hexadecimal
 */
public record UploadBody(
    InputStream content, long length, String contentType, @Nullable String sha256) {
  /** Bytes that are read at once. */
  public static final int CHUNK = 64 * 1024;

  /** Marks an upload that was passed on once: it stays where it is now. */
  public static final String FORWARDED = "Tanada-Storage-Forwarded";

  private static final int DIGEST = 32;
  private static final int MAX_TYPE = 200;
  private static final Pattern SHA256 =
      Pattern.compile("(?:^|,)\\s*sha-256\\s*=([^,]*)", Pattern.CASE_INSENSITIVE);

  /** Reads the head; not yet the body. */
  public static UploadBody of(HttpServletRequest request) {
    try {
      return new UploadBody(
          request.getInputStream(),
          request.getContentLengthLong(),
          contentType(request.getContentType()),
          digest(request.getHeader("Content-Digest")));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Reads a part into the buffer.
   *
   * @return its length, or -1 at the end
   * @throws ProblemException {@code digest-mismatch} if the body breaks off, {@code
   *     request-timeout} if it pauses too long
   */
  public int read(byte[] buffer, int offset) {
    try {
      return content.read(buffer, offset, buffer.length - offset);
    } catch (SocketTimeoutException e) {
      throw new ProblemException(
          ProblemCode.REQUEST_TIMEOUT, "The content did not arrive in time.", e);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Checks the whole against what was announced. */
  public void check(long size, String digest) {
    if (length >= 0 && size != length) {
      throw mismatch("The content has " + size + " bytes, announced were " + length + ".");
    }
    if (sha256 != null && !sha256.equals(digest)) {
      throw mismatch("The content has the SHA-256 " + digest + ", announced was " + sha256 + ".");
    }
  }

  /** The problem of a content that is not what was announced. */
  public static ProblemException mismatch(String detail) {
    return new ProblemException(ProblemCode.DIGEST_MISMATCH, detail);
  }

  private static ProblemException broken(IOException e) {
    return new ProblemException(
        ProblemCode.DIGEST_MISMATCH, "The content broke off before its end.", e);
  }

  /**
   * A media type as it is kept.
   *
   * @throws ProblemException {@code malformed-request}
   */
  public static String contentType(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return MediaType.APPLICATION_OCTET_STREAM_VALUE;
    }
    try {
      String type = MediaType.parseMediaType(given).toString();
      if (type.length() <= MAX_TYPE) {
        return type;
      }
    } catch (InvalidMediaTypeException e) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "Content-Type is not a media type.", e);
    }
    throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "Content-Type is too long.");
  }

  /** Digests of other algorithms are ignored (RFC 9530 section 2). */
  private static @Nullable String digest(@Nullable String header) {
    Matcher matcher = header == null ? null : SHA256.matcher(header);
    if (matcher == null || !matcher.find()) {
      return null;
    }
    String value = matcher.group(1).trim();
    if (value.length() > 2 && value.startsWith(":") && value.endsWith(":")) {
      try {
        byte[] bytes = Base64.getDecoder().decode(value.substring(1, value.length() - 1));
        if (bytes.length == DIGEST) {
          return HexFormat.of().formatHex(bytes);
        }
      } catch (IllegalArgumentException e) {
        throw new ProblemException(
            ProblemCode.MALFORMED_REQUEST, "Content-Digest is not Base64.", e);
      }
    }
    throw new ProblemException(
        ProblemCode.MALFORMED_REQUEST, "Content-Digest is not of the form sha-256=:BASE64:.");
  }
}
