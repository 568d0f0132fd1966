package org.tanada.storage.blob;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Checksums of a content's slices of 64 KiB, in a file beside it: so each part is compared with
 * what was written before a reader gets it, and damage is mended where it is. Contents of one slice
 * have none: they are compared with their SHA-256. A file of sums may always be made anew.
 *
 * <pre>"TANADAS1" · SHA-256 of the content (32) · CRC-32C of each slice (4) · CRC-32C of that (4)
 * </pre>
 */
final class SliceSums {
  /** Bytes of a slice; the last one of a content may be shorter. */
  static final int SLICE = 64 * 1024;

  private static final byte[] MAGIC = "TANADAS1".getBytes(StandardCharsets.US_ASCII);
  private static final int HEAD = MAGIC.length + 32;

  private final ByteBuffer bytes;

  private SliceSums(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /** Whether a content of this size has sums. */
  static boolean wanted(long size) {
    return size > SLICE;
  }

  /** The sums of this content; none if the file is not there, is damaged, or is of another one. */
  static Optional<SliceSums> read(Path file, StoredBlob.Facts facts) throws IOException {
    byte[] all;
    try {
      all = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    long slices = (facts.size() + SLICE - 1) / SLICE;
    byte[] sha256 = HexFormat.of().parseHex(facts.sha256());
    if (all.length != HEAD + 4 * (slices + 1)
        || !Arrays.equals(all, 0, MAGIC.length, MAGIC, 0, MAGIC.length)
        || !Arrays.equals(all, MAGIC.length, HEAD, sha256, 0, sha256.length)
        || crc(ByteBuffer.wrap(all, 0, all.length - 4))
            != ByteBuffer.wrap(all).getInt(all.length - 4)) {
      return Optional.empty();
    }
    return Optional.of(new SliceSums(ByteBuffer.wrap(all)));
  }

  /** Whether these are the bytes of the slice, counted from 0. */
  boolean matches(long slice, ByteBuffer content) {
    return bytes.getInt((int) (HEAD + 4 * slice)) == crc(content);
  }

  private static int crc(ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(content);
    return (int) crc.getValue();
  }

  /** Makes the sums of a content while it passes. */
  static final class Maker {
    private final ByteArrayOutputStream sums = new ByteArrayOutputStream();
    private final CRC32C slice = new CRC32C();
    private int inSlice;

    /** Adds a part of the content. */
    void add(byte[] bytes, int offset, int count) {
      for (int at = offset, end = offset + count; at < end; ) {
        int part = Math.min(end - at, SLICE - inSlice);
        slice.update(bytes, at, part);
        inSlice += part;
        at += part;
        if (inSlice == SLICE) {
          endSlice();
        }
      }
    }

    /** Adds what is left in the buffer. */
    void add(ByteBuffer part) {
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      add(bytes, 0, bytes.length);
    }

    /** The whole file of sums. */
    ByteBuffer end(String sha256) {
      if (inSlice > 0) {
        endSlice();
      }
      byte[] all = new byte[HEAD + sums.size() + 4];
      ByteBuffer file = ByteBuffer.wrap(all).put(MAGIC).put(HexFormat.of().parseHex(sha256));
      file.put(sums.toByteArray());
      file.putInt(crc(ByteBuffer.wrap(all, 0, all.length - 4)));
      return file.flip();
    }

    private void endSlice() {
      sums.writeBytes(ByteBuffer.allocate(4).putInt((int) slice.getValue()).array());
      slice.reset();
      inSlice = 0;
    }
  }
}
