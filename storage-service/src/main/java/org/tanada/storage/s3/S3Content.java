package org.tanada.storage.s3;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.tanada.storage.blob.Content;
import org.tanada.storage.blob.StoredBlob;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;

/** A content in the bucket: parts are asked for as parts, the whole is compared as it passes. */
record S3Content(Bucket bucket, StoredBlob.Facts facts, String key) implements Content {
  private static final int CHUNK = 64 * 1024;

  @Override
  public Part open(long start, long end) throws IOException {
    if (start == end) {
      return new Sent(InputStream.nullInputStream(), () -> {});
    }
    ResponseInputStream<?> stream = bucket.open(key, start, end);
    if (end - start == facts.size()) {
      CheckedStream checked = new CheckedStream(stream, facts);
      return new Sent(checked, checked::close);
    }
    return new Sent(stream, stream::abort);
  }

  /** Ends a stream. */
  private interface End {
    void end() throws IOException;
  }

  private record Sent(InputStream stream, End end) implements Part {
    @Override
    public void send(HttpServletResponse response) throws IOException {
      byte[] chunk = new byte[CHUNK];
      for (int count = read(chunk); count >= 0; count = read(chunk)) {
        response.getOutputStream().write(chunk, 0, count);
      }
    }

    private int read(byte[] chunk) throws IOException {
      try {
        return stream.read(chunk);
      } catch (SdkException e) {
        throw new IOException("the bucket broke off", e);
      }
    }

    @Override
    public void close() throws IOException {
      end.end();
    }
  }
}
