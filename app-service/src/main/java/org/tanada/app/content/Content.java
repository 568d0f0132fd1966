package org.tanada.app.content;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * A file on its way in: of an allowed type by its declaration and by its first bytes, and no larger
 * than allowed. Read as it arrives, never held.
 *
 * @param type its media type
 * @param stream the whole content, from the first byte on
 * @param length in bytes, or -1 if it was not announced
 */
public record Content(FileType type, InputStream stream, long length) {
  /**
   * Looks at the beginning of a file.
   *
   * @param allowed the types that are taken
   * @param declared the client's {@code Content-Type}
   * @param body the file; the caller closes it
   * @param length announced, or -1
   * @throws ProblemException {@code unsupported-media-type}, {@code content-too-large}, {@code
   *     malformed-request} for no content at all
   */
  public static Content open(
      List<FileType> allowed,
      DataSize limit,
      @Nullable String declared,
      InputStream body,
      long length)
      throws IOException {
    FileType type = declared(allowed, declared);
    if (length > limit.toBytes()) {
      throw BoundedStream.tooLarge(limit);
    }
    byte[] head = body.readNBytes(FileType.HEAD);
    if (head.length == 0) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "The file is empty.");
    }
    if (!type.begins(head)) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The content is not " + type.mediaType() + ".");
    }
    InputStream whole = new SequenceInputStream(new ByteArrayInputStream(head), body);
    return new Content(type, new BoundedStream(whole, limit), length);
  }

  private static FileType declared(List<FileType> allowed, @Nullable String declared) {
    try {
      MediaType given = declared == null ? null : MediaType.parseMediaType(declared);
      for (FileType type : allowed) {
        if (given != null
            && MediaType.parseMediaType(type.mediaType()).equalsTypeAndSubtype(given)) {
          return type;
        }
      }
    } catch (InvalidMediaTypeException e) {
      throw unsupported(allowed, e);
    }
    throw unsupported(allowed, null);
  }

  private static ProblemException unsupported(List<FileType> allowed, @Nullable Throwable cause) {
    String names = allowed.stream().map(FileType::mediaType).collect(Collectors.joining(", "));
    return new ProblemException(
        ProblemCode.UNSUPPORTED_MEDIA_TYPE,
        "Content-Type must be one of " + names + ".",
        List.of(),
        null,
        cause);
  }
}
