package org.tanada.storage.blob;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.ServletWebRequest;
import org.tanada.common.http.ProblemWriter;
import org.tanada.common.problem.Problem;
import org.tanada.common.problem.ProblemCode;

/**
 * Answers GET and HEAD with a file: conditions (RFC 9110 section 13), one range (section 14),
 * digests (RFC 9530), and zero-copy where the connection allows it.
 */
@Component
public class BlobAnswer {
  /** When a copy was first stored, in milliseconds: travels between the nodes of a purpose. */
  public static final String CREATED = "Tanada-Blob-Created";

  private static final String SENDFILE = "org.apache.tomcat.sendfile.";
  private static final long TRANSFER = 1L << 20;

  /** Up to here one read and one write are as cheap as zero-copy, and cannot lose to a deletion. */
  private static final long SMALL = 64 * 1024;

  private static final byte[] NOTHING = {};
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
   * Answers with the file.
   *
   * @param policy further headers for an answer that gives the file (200, 206) or confirms it (304)
   * @throws java.nio.file.NoSuchFileException if it was deleted meanwhile; nothing is written then
   */
  public void send(
      StoredBlob blob,
      Map<String, String> policy,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    StoredBlob.Facts facts = blob.facts();
    response.setHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
    String match = request.getHeader(HttpHeaders.IF_MATCH);
    if (match != null && !match.equals("*") && !match.contains(blob.etag())) {
      problems.write(
          response, Problem.of(ProblemCode.VERSION_MISMATCH, "The file is another one."));
      return; // Spring heeds If-Match on unsafe methods only
    }
    if (new ServletWebRequest(request, response).checkNotModified(blob.etag(), facts.created())) {
      if (response.getStatus() == HttpServletResponse.SC_NOT_MODIFIED) {
        policy.forEach(response::setHeader);
      }
      return; // 304 or 412, with ETag and Last-Modified
    }
    boolean head = request.getMethod().equals("HEAD");
    ByteRange range = head ? null : range(blob, request);
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
    boolean small = !head && end - start <= SMALL;
    byte[] part = small ? blob.part(start, (int) (end - start)) : NOTHING;
    String path = blob.file().toRealPath().toString(); // still there, before anything is said
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
    if (part.length > 0) {
      response.getOutputStream().write(part);
    } else if (!head && end - start > SMALL) {
      transfer(path, start, end, request, response);
    }
  }

  private static @Nullable ByteRange range(StoredBlob blob, HttpServletRequest request) {
    String condition = request.getHeader(HttpHeaders.IF_RANGE);
    if (condition != null
        && !condition.equals(blob.etag())
        && !condition.equals(lastModified(blob.facts()))) {
      return null; // another version is known there: send it all (RFC 9110 section 13.1.5)
    }
    return ByteRange.parse(request.getHeader(HttpHeaders.RANGE), blob.facts().size());
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

  private static void transfer(
      String path, long start, long end, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (Boolean.TRUE.equals(request.getAttribute(SENDFILE + "support"))) {
      request.setAttribute(SENDFILE + "filename", path);
      request.setAttribute(SENDFILE + "start", start);
      request.setAttribute(SENDFILE + "end", end);
      return;
    }
    try (FileChannel file = FileChannel.open(Path.of(path), StandardOpenOption.READ);
        WritableByteChannel out = Channels.newChannel(response.getOutputStream())) {
      for (long at = start; at < end; ) {
        long sent = file.transferTo(at, Math.min(TRANSFER, end - at), out);
        if (sent <= 0) {
          throw new IOException(path + " ended early");
        }
        at += sent;
      }
    }
  }

  private static String lastModified(StoredBlob.Facts facts) {
    return HTTP_DATE.format(Instant.ofEpochMilli(facts.created()));
  }

  private static String digest(StoredBlob.Facts facts) {
    byte[] sha256 = HexFormat.of().parseHex(facts.sha256());
    return "sha-256=:" + Base64.getEncoder().encodeToString(sha256) + ":";
  }
}
