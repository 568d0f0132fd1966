package org.tanada.storage.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.JoinedStream;

/** Files of the bucket one behind the other as one stream, each compared with its SHA-256. */
final class S3Parts extends JoinedStream {
  private final Bucket bucket;

  S3Parts(Bucket bucket, List<Long> ids) {
    super(ids);
    this.bucket = bucket;
  }

  /**
   * Opens a part.
   *
   * @throws ProblemException {@code unavailable} if the bucket cannot be read now, {@code conflict}
   *     if the part is not there; its stream: {@code upstream-failed} if it broke off or is not
   *     what was written
   */
  @Override
  protected InputStream open(long id) {
    S3File file = bucket.find(id).orElse(S3File.DELETED);
    if (file.facts() == null || file.content() == null) {
      throw missing(id, null);
    }
    if (file.facts().size() == 0) {
      return InputStream.nullInputStream();
    }
    try {
      return new Part(
          new CheckedStream(bucket.open(file.content(), 0, file.facts().size()), file.facts()));
    } catch (IOException e) {
      throw missing(id, e);
    }
  }

  private static ProblemException missing(long id, @Nullable IOException cause) {
    String detail = "Part " + id + " is nowhere.";
    return cause == null
        ? new ProblemException(ProblemCode.CONFLICT, detail)
        : new ProblemException(ProblemCode.CONFLICT, detail, cause);
  }

  /** A content whose failures are told to whoever composes. */
  private static final class Part extends FilterInputStream {
    Part(CheckedStream content) {
      super(content);
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      try {
        return in.read(buffer, offset, length);
      } catch (IOException e) {
        throw new ProblemException(
            ProblemCode.UPSTREAM_FAILED, "A part broke off or is not what was written.", e);
      }
    }
  }
}
