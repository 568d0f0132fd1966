package org.tanada.storage.s3;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StoredBlob;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A whole content from the bucket, whose last bytes are given only if it is what was written: a
 * reader of a damaged one misses its end instead of believing it.
 */
final class CheckedStream extends InputStream {
  private final ResponseInputStream<?> content;
  private final StoredBlob.Facts facts;
  private final MessageDigest digest = PendingBlob.sha256();
  private long left;

  CheckedStream(ResponseInputStream<?> content, StoredBlob.Facts facts) {
    this.content = content;
    this.facts = facts;
    this.left = facts.size();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    if (left == 0 || length == 0) {
      return length == 0 ? 0 : -1;
    }
    int count;
    try {
      count = content.read(buffer, offset, (int) Math.min(length, left));
    } catch (SdkException e) {
      throw new IOException("the bucket broke off", e);
    }
    if (count < 0) {
      throw new IOException("the content of file " + facts.id() + " ended early");
    }
    digest.update(buffer, offset, count);
    left -= count;
    if (left == 0 && !HexFormat.of().formatHex(digest.digest()).equals(facts.sha256())) {
      throw new IOException("the content of file " + facts.id() + " is not what was written");
    }
    return count;
  }

  /** Ends it, without waiting for what was not read. */
  @Override
  public void close() throws IOException {
    if (left > 0) {
      content.abort();
    } else {
      content.close();
    }
  }
}
