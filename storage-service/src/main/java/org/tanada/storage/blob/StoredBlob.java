package org.tanada.storage.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.tanada.common.blob.Blob;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file on disk: the content from offset 0, then a trailer that describes it. One file for both
 * makes them appear and vanish together with one rename and one fsync; behind the content, because
 * the digest is known only when all of it has passed, and so that ranges of the content are ranges
 * of the file for zero-copy.
 *
 * <pre>content · JSON · CRC-32C of the JSON (4) · length of the JSON (4) · "TANADAB1"</pre>
 *
 * @param file where it is
 * @param facts what its trailer says
 */
public record StoredBlob(Path file, Facts facts) {
  private static final byte[] MAGIC = "TANADAB1".getBytes(StandardCharsets.US_ASCII);
  private static final int FOOT = 4 + 4 + MAGIC.length;
  private static final int MAX_JSON = 4096;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * What is known of a content.
   *
   * @param id of the file
   * @param size in bytes
   * @param sha256 64 hexadecimal digits
   * @param contentType media type
   * @param created Unix time in milliseconds, the same on every copy
   */
  public record Facts(long id, long size, String sha256, String contentType, long created) {
    /** Its strong entity tag. */
    public String etag() {
      return "\"" + sha256 + "\"";
    }

    /** As the caller of the write sees it. */
    public Blob blob(String purpose) {
      return new Blob(purpose, id, size, sha256, contentType);
    }
  }

  /** As the caller of the write sees it. */
  public Blob blob(String purpose) {
    return facts.blob(purpose);
  }

  /** The trailer that stands behind the content. */
  static ByteBuffer trailer(Facts facts) {
    byte[] json = JSON.writeValueAsBytes(facts);
    CRC32C check = new CRC32C();
    check.update(json);
    return ByteBuffer.allocate(json.length + FOOT)
        .put(json)
        .putInt((int) check.getValue())
        .putInt(json.length)
        .put(MAGIC)
        .flip();
  }

  /**
   * Reads the trailer of a file.
   *
   * @throws NoSuchFileException if there is none
   * @throws CorruptBlobException if it is not what was written
   */
  static StoredBlob read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long end = channel.size();
      require(end >= FOOT, file, "is too short");
      ByteBuffer foot = read(channel, end - FOOT, FOOT, file);
      int expected = foot.getInt();
      int length = foot.getInt();
      byte[] magic = new byte[MAGIC.length];
      foot.get(magic);
      require(java.util.Arrays.equals(magic, MAGIC), file, "has no trailer");
      require(length > 0 && length <= MAX_JSON && length <= end - FOOT, file, "has a bad trailer");
      byte[] json = read(channel, end - FOOT - length, length, file).array();
      CRC32C check = new CRC32C();
      check.update(json);
      require((int) check.getValue() == expected, file, "has a damaged trailer");
      Facts facts = JSON.readValue(json, Facts.class);
      require(facts.size == end - FOOT - length, file, "has another size than its trailer says");
      return new StoredBlob(file, facts);
    } catch (JacksonException e) {
      throw new CorruptBlobException(file + " has an unreadable trailer: " + e.getMessage());
    }
  }

  private static ByteBuffer read(FileChannel channel, long at, int count, Path file)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      require(channel.read(buffer, at + buffer.position()) > 0, file, "ends early");
    }
    return buffer.flip();
  }

  private static void require(boolean holds, Path file, String otherwise)
      throws CorruptBlobException {
    if (!holds) {
      throw new CorruptBlobException(file + " " + otherwise);
    }
  }

  /** A file that is not what was written. */
  public static final class CorruptBlobException extends IOException {
    CorruptBlobException(String message) {
      super(message);
    }
  }
}
