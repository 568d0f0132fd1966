package org.tanada.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Files of the bucket one behind the other as one stream, each compared with its SHA-256. */
final class S3Parts extends InputStream {
  private final Bucket bucket;
  private final Iterator<Long> ids;
  private @Nullable CheckedStream part;

  S3Parts(Bucket bucket, List<Long> ids) {
    this.bucket = bucket;
    this.ids = ids.iterator();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads on.
   *
   * @throws ProblemException {@code unavailable} if the bucket cannot be read now, {@code conflict}
   *     if a part is not there, {@code upstream-failed} if one broke off or is not what was written
   */
  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (part != null || ids.hasNext()) {
      CheckedStream now = part == null ? open(ids.next()) : part;
      part = now;
      if (now == null) {
        continue; // an empty one
      }
      int count;
      try {
        count = now.read(buffer, offset, length);
      } catch (IOException e) {
        throw new ProblemException(
            ProblemCode.UPSTREAM_FAILED, "A part broke off or is not what was written.", e);
      }
      if (count >= 0) {
        return count;
      }
      close();
    }
    return -1;
  }

  private @Nullable CheckedStream open(long id) {
    S3File file = bucket.find(id).orElse(S3File.DELETED);
    if (file.facts() == null || file.content() == null) {
      throw missing(id, null);
    }
    if (file.facts().size() == 0) {
      return null;
    }
    try {
      return new CheckedStream(bucket.open(file.content(), 0, file.facts().size()), file.facts());
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

  @Override
  public void close() throws IOException {
    CheckedStream now = part;
    part = null;
    if (now != null) {
      now.close();
    }
  }
}
