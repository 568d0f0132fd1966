package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.springframework.stereotype.Component;
import org.tanada.storage.blob.PendingBlob;
import org.tanada.storage.blob.StoredBlob;

/** Compares a whole content with its SHA-256. */
@Component
class Proof {
  private static final int CHUNK = 256 * 1024;

  /** Whether it is what was written, read at the given pace. */
  boolean sound(StoredBlob blob, Pace pace) throws IOException {
    MessageDigest digest = PendingBlob.sha256();
    try (InputStream content = Files.newInputStream(blob.file())) {
      byte[] chunk = new byte[CHUNK];
      for (long left = blob.facts().size(); left > 0; ) {
        int count = content.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (count < 0) {
          return false;
        }
        digest.update(chunk, 0, count);
        left -= count;
        pace.moved(count);
      }
    }
    return HexFormat.of().formatHex(digest.digest()).equals(blob.facts().sha256());
  }
}
