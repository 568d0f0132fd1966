package org.tanada.app.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.app.content.FileType;

@SuppressWarnings("InputStreamSlowMultibyteRead") // a few bytes are read
class VideoSampleTests {
  private static final long SAMPLE = 4096;
  private static final byte[] FTYP = box("ftyp", bytes(24, 1));
  private static final byte[] MOOV = box("moov", bytes(3000, 2));

  @TempDir Path directory;

  @Test
  void beginningAndIndexOfALargeFileAreThereAndNothingBetween() throws Exception {
    long media = 5L << 30;
    byte[] before = join(FTYP, large("mdat", media));
    long length = before.length + media + MOOV.length;
    Counted content = new Counted(stream(before, media, MOOV));

    Path file = write(content, length, FileType.MP4);

    assertThat(Files.size(file)).isEqualTo(length);
    assertThat(read(file, 0, before.length)).isEqualTo(before);
    assertThat(read(file, before.length, 100)).containsOnly(9);
    assertThat(read(file, SAMPLE, 100)).containsOnly(0);
    assertThat(read(file, length - MOOV.length, MOOV.length)).isEqualTo(MOOV);
    assertThat(content.read).isLessThan(3 * SAMPLE);
  }

  @Test
  void indexThatBeginsInTheSampleIsThereToItsEnd() throws Exception {
    byte[] before = join(FTYP, box("free", bytes(2000, 3)));
    byte[] head = join(before, MOOV, large("mdat", 50_000));

    Path file = write(stream(head, 50_000), head.length + 50_000, FileType.MP4);

    assertThat(read(file, before.length, MOOV.length)).isEqualTo(MOOV);
    assertThat(read(file, head.length + 100, 1000)).containsOnly(0);
  }

  @Test
  void smallFileIsThereWhole() throws Exception {
    byte[] whole = join(FTYP, MOOV, box("mdat", bytes(500, 4)));

    Path file = write(new ByteArrayInputStream(whole), whole.length, FileType.MP4);

    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void boxesThatAreNoneAndAnIndexThatIsTooLargeAreLeft() throws Exception {
    byte[] endless = join(FTYP, box("free", new byte[0]), bytes(20_000, 0));
    byte[] huge = join(FTYP, box("moov", bytes(100_000, 5)));

    Path first = write(new ByteArrayInputStream(endless), endless.length, FileType.MP4);
    assertThat(Files.size(first)).isEqualTo(endless.length);
    Files.delete(first);
    Path second = write(new ByteArrayInputStream(huge), huge.length, FileType.MP4);
    assertThat(read(second, SAMPLE, 100)).containsOnly(0);
  }

  @Test
  void otherKindsAreNotLookedThrough() throws Exception {
    byte[] head = join(FTYP, large("mdat", 100_000));

    Path file =
        write(stream(head, 100_000, MOOV), head.length + 100_000 + MOOV.length, FileType.WEBM);

    assertThat(read(file, head.length + 100_000, 100)).containsOnly(0);
  }

  @Test
  void contentThatEndsEarlyIsNotTakenForAll() {
    assertThatThrownBy(() -> write(new ByteArrayInputStream(FTYP), 10_000, FileType.MP4))
        .isInstanceOf(EOFException.class);
  }

  private Path write(InputStream content, long size, FileType type) throws IOException {
    Path file = directory.resolve("content");
    VideoSample.write(content, size, type, SAMPLE, file);
    return file;
  }

  private static byte[] read(Path file, long at, int count) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[count];
      in.seek(at);
      in.readFully(bytes);
      return bytes;
    }
  }

  private static byte[] box(String type, byte[] content) {
    return join(head(8 + content.length, type), content);
  }

  /** The head of a box whose length is a number of 64 bits. */
  private static byte[] large(String type, long content) {
    ByteArrayOutputStream length = new ByteArrayOutputStream();
    try {
      new DataOutputStream(length).writeLong(16 + content);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return join(head(1, type), length.toByteArray());
  }

  private static byte[] head(int length, String type) {
    byte[] size = {
      (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
    };
    return join(size, type.getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] bytes(int count, int value) {
    byte[] bytes = new byte[count];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  /** A beginning, so many nines, which may be skipped, and an end. */
  private static InputStream stream(byte[] before, long nines, byte[]... after) {
    InputStream middle =
        new InputStream() {
          private long left = nines;

          @Override
          public int read() {
            return left-- > 0 ? 9 : -1;
          }

          @Override
          public long skip(long count) {
            long skipped = Math.min(count, Math.max(0, left));
            left -= skipped;
            return skipped;
          }
        };
    Enumeration<InputStream> parts =
        Collections.enumeration(
            List.of(
                new ByteArrayInputStream(before), middle, new ByteArrayInputStream(join(after))));
    return new Skipping(parts);
  }

  /** Like a {@link SequenceInputStream} that skips where its parts can. */
  private static final class Skipping extends InputStream {
    private final Enumeration<InputStream> parts;
    private InputStream now;

    Skipping(Enumeration<InputStream> parts) {
      this.parts = parts;
      this.now = parts.nextElement();
    }

    @Override
    public int read() throws IOException {
      int read = now.read();
      while (read < 0 && parts.hasMoreElements()) {
        now = parts.nextElement();
        read = now.read();
      }
      return read;
    }

    @Override
    public long skip(long count) throws IOException {
      long skipped = now.skip(count);
      while (skipped < count && parts.hasMoreElements()) {
        now = parts.nextElement();
        skipped += now.skip(count - skipped);
      }
      return skipped;
    }
  }

  /** Counts what is read, and not what is skipped. */
  private static final class Counted extends InputStream {
    private final InputStream in;
    private long read;

    Counted(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      read++;
      return in.read();
    }

    @Override
    public long skip(long count) throws IOException {
      return in.skip(count);
    }
  }
}
