package org.tanada.cdn.server;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tanada.cdn.config.EdgeProperties;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What a request is for.
 *
 * @param uri as requested: path and query
 * @param path without the query
 * @param key under which the answer is cached
 * @param tier that owns the content
 * @param signed whether the address has to be signed
 * @param expires value of that query parameter
 * @param signature value of that query parameter
 */
public record Target(
    String uri,
    String path,
    String key,
    String tier,
    boolean signed,
    @Nullable String expires,
    @Nullable String signature) {
  private static final String MEDIA = "/media/";

  /**
   * Reads a request target in origin form. Files are immutable and named by their path, so that
   * their key has no query; everything else is cached under path and query as they stand.
   *
   * @throws ProblemException if it is malformed, or names a purpose that does not exist
   */
  public static Target parse(String uri, EdgeProperties properties) {
    if (uri.isEmpty() || uri.charAt(0) != '/') {
      throw malformed("The request target must be a path.");
    }
    for (int i = 0; i < uri.length(); i++) {
      char c = uri.charAt(i);
      if (c <= ' ' || c > '~' || c == '#' || c == '\\') {
        throw malformed("The request target has characters that have to be encoded.");
      }
    }
    int question = uri.indexOf('?');
    String path = question < 0 ? uri : uri.substring(0, question);
    rejectDotSegments(path);
    if (!path.startsWith(MEDIA)) {
      return new Target(uri, path, uri, "lb", false, null, null);
    }
    String[] segments = path.substring(MEDIA.length()).split("/", -1);
    String purpose = segments[0];
    boolean signed = properties.signedPurposes().contains(purpose);
    if (segments.length != 2
        || segments[1].isEmpty()
        || !(signed || properties.publicPurposes().contains(purpose))) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such file.");
    }
    String query = question < 0 ? "" : uri.substring(question + 1);
    return new Target(
        uri,
        path,
        path,
        "storage-" + purpose,
        signed,
        single(query, SignedUrls.EXPIRES),
        single(query, SignedUrls.SIGNATURE));
  }

  /** The key under which the address is cached; for the control side. */
  public static String key(String uri, EdgeProperties properties) {
    return parse(uri, properties).key();
  }

  /** Servers behind may resolve {@code ..} differently from us: nothing with it gets past. */
  private static void rejectDotSegments(String path) {
    if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
      return;
    }
    for (String segment : path.toLowerCase(Locale.ROOT).split("/|%2f|%5c", -1)) {
      String plain = segment.replace("%2e", ".");
      if (plain.equals(".") || plain.equals("..")) {
        throw malformed("The path must not contain dot segments.");
      }
    }
    if (path.contains("%00")) {
      throw malformed("The path must not contain a zero byte.");
    }
  }

  private static @Nullable String single(String query, String name) {
    List<String> values =
        List.of(query.split("&", -1)).stream()
            .filter(parameter -> parameter.startsWith(name + "="))
            .map(parameter -> parameter.substring(name.length() + 1))
            .toList();
    return values.size() == 1 ? values.getFirst() : null;
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
