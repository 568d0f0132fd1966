package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.apache.catalina.Globals;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;
import org.tanada.common.blob.ContentDigest;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/**
 * Answers GET and HEAD with a file: conditions (RFC 9110 section 13), one range (section 14),
 * digests (RFC 9530).
 */
@Component
public class BlobAnswer {
  /** When a copy was first stored, in milliseconds: travels between the nodes of a purpose. */
  public static final String CREATED = "Tanada-Blob-Created";

  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
          .withZone(ZoneOffset.UTC);

  /**
   * A file that is opened as a page of its own runs nothing and has no origin, whatever it turns
   * out to be; a picture or a video may still show itself.
   */
  private static final String SANDBOX =
      "default-src 'none'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; "
          + "frame-ancestors 'none'; sandbox";

  /** What browsers show by a viewer of their own, which a sandbox keeps from starting. */
  private static final String VIEWED = "application/pdf";

  private final ProblemWriter problems;

  BlobAnswer(ProblemWriter problems) {
    this.problems = problems;
  }

  /**
   * Answers with a content.
   *
   * @param policy further headers for an answer that gives the file (200, 206) or confirms it (304)
   * @throws java.nio.file.NoSuchFileException if it was deleted meanwhile; nothing is written then
   * @throws StoredBlob.CorruptBlobException if it is damaged where the answer would begin; nothing
   *     is written then
   */
  public void send(
      Content content,
      Map<String, String> policy,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StoredBlob.Facts facts = content.facts();
    response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    String match = request.getHeader(HttpHeaders.IF_MATCH);
    if (match != null && !match.equals("*") && !match.contains(content.etag())) {
      problems.write(
          response, Problem.of(ProblemCode.VERSION_MISMATCH, "The file is another one."));
      return; // Spring heeds If-Match on unsafe methods only
    }
    if (new ServletWebRequest(request, response)
        .checkNotModified(content.etag(), facts.created())) {
      if (response.getStatus() == HttpServletResponse.SC_NOT_MODIFIED) {
        policy.forEach(response::setHeader);
      }
      return; // 304 or 412, with ETag and Last-Modified
    }
    boolean head = request.getMethod().equals("HEAD");
    ByteRange range = head ? null : range(content, request);
    if (ByteRange.NONE.equals(range)) {
      response.setHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + facts.size());
      problems.write(
          response,
          Problem.of(
              ProblemCode.RANGE_NOT_SATISFIABLE, "The file has " + facts.size() + " bytes."));
      return;
    }
    long start = range == null ? 0 : range.start();
    long end = range == null ? facts.size() : range.end();
    Path file = !head && kernelSends(request) ? content.verified(start, end) : null;
    if (file != null) {
      begin(facts, policy, range, start, end, response);
      request.setAttribute(Globals.SENDFILE_FILE_START_ATTR, start);
      request.setAttribute(Globals.SENDFILE_FILE_END_ATTR, end);
      request.setAttribute(Globals.SENDFILE_FILENAME_ATTR, file.toString());
      return;
    }
    try (Content.Part part = content.open(start, head ? start : end)) {
      begin(facts, policy, range, start, end, response);
      part.send(response);
    }
  }

  /** Whether the server lets the kernel send files: not where it encrypts. */
  private static boolean kernelSends(HttpServletRequest request) {
    return Boolean.TRUE.equals(request.getAttribute(Globals.SENDFILE_SUPPORTED_ATTR));
  }

  /** The head of the answer. */
  private static void begin(
      StoredBlob.Facts facts,
      Map<String, String> policy,
      @Nullable ByteRange range,
      long start,
      long end,
      HttpServletResponse response) {
    describe(facts, response);
    policy.forEach(response::setHeader);
    if (range == null) {
      response.setHeader("Content-Digest", digest(facts)); // of what is sent: the whole
    } else {
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader(
          HttpHeaders.CONTENT_RANGE, "bytes " + start + "-" + (end - 1) + "/" + facts.size());
    }
    response.setContentLengthLong(end - start);
  }

  private static @Nullable ByteRange range(Content content, HttpServletRequest request) {
    String condition = request.getHeader(HttpHeaders.IF_RANGE);
    if (condition != null
        && !condition.equals(content.etag())
        && !condition.equals(lastModified(content.facts()))) {
      return null; // another version is known there: send it all (RFC 9110 section 13.1.5)
    }
    return ByteRange.parse(request.getHeader(HttpHeaders.RANGE), content.facts().size());
  }

  private static void describe(StoredBlob.Facts facts, HttpServletResponse response) {
    response.setContentType(facts.contentType());
    response.setHeader("Repr-Digest", digest(facts));
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader(HttpHeaders.CONTENT_DISPOSITION, "inline");
    response.setHeader(CREATED, Long.toString(facts.created()));
    String type = facts.contentType().toLowerCase(Locale.ROOT);
    if (!type.equals(VIEWED)) {
      response.setHeader("Content-Security-Policy", SANDBOX);
    }
  }

  private static String lastModified(StoredBlob.Facts facts) {
    return HTTP_DATE.format(Instant.ofEpochMilli(facts.created()));
  }

  private static String digest(StoredBlob.Facts facts) {
    return ContentDigest.field(facts.sha256());
  }
}
