package org.tanada.app.preview;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.tanada.app.content.FileType;

/**
 * As much of a video as is needed to look into it: a file as long as the video, with its beginning
 * and, of an MP4 that has it elsewhere, its index ({@code moov}, ISO/IEC 14496-12, 8.2.1), and
 * holes in between. So the disk that it takes is bounded, however large the video is.
 */
final class VideoSample {
  private static final int CHUNK = 64 * 1024;
  private static final int HEAD = 16;
  private static final int MOOV = 0x6d6f6f76;
  private static final int MAX_BOXES = 1000;

  private final InputStream content;
  private final FileChannel file;
  private final long size;
  private final long sample;
  private long at;

  private VideoSample(InputStream content, FileChannel file, long size, long sample) {
    this.content = content;
    this.file = file;
    this.size = size;
    this.sample = sample;
  }

  /**
   * Writes the file.
   *
   * @param content the video from its beginning; what is not needed is skipped
   * @param size of the video in bytes
   * @param sample bytes of its beginning, and at most of its index
   * @param file must not exist
   * @throws IOException if the content ends early, or the disk does not take it
   */
  static void write(InputStream content, long size, FileType type, long sample, Path file)
      throws IOException {
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      VideoSample writing = new VideoSample(content, out, size, sample);
      writing.copyTo(Math.min(sample, size));
      if (type == FileType.MP4) {
        writing.copyIndex();
      }
      if (writing.at < size) {
        out.write(ByteBuffer.allocate(1), size - 1);
      }
    }
  }

  /** Goes from box to box to the index. */
  private void copyIndex() throws IOException {
    long box = 0;
    for (int i = 0; i < MAX_BOXES && box + HEAD <= size; i++) {
      ByteBuffer head = head(box);
      long length = Integer.toUnsignedLong(head.getInt(0));
      if (length == 1) {
        length = head.getLong(8);
      } else if (length == 0) {
        length = size - box; // to the end
      }
      if (length < 8 || length > size - box) {
        return; // broken, or not what it says: let the program have its word
      }
      if (head.getInt(4) == MOOV) {
        if (length <= sample) {
          skipTo(box);
          copyTo(box + length);
        }
        return;
      }
      box += length;
    }
  }

  private ByteBuffer head(long box) throws IOException {
    skipTo(box);
    copyTo(box + HEAD);
    ByteBuffer head = ByteBuffer.allocate(HEAD);
    for (int read = 0; head.hasRemaining() && read >= 0; ) {
      read = file.read(head, box + head.position());
    }
    return head;
  }

  private void skipTo(long position) throws IOException {
    if (position > at) {
      content.skipNBytes(position - at);
      at = position;
    }
  }

  private void copyTo(long end) throws IOException {
    while (at < end) {
      byte[] chunk = content.readNBytes((int) Math.min(CHUNK, end - at));
      if (chunk.length == 0) {
        throw new EOFException("the video ended at byte " + at + " of " + size);
      }
      ByteBuffer bytes = ByteBuffer.wrap(chunk);
      while (bytes.hasRemaining()) {
        at += file.write(bytes, at);
      }
    }
  }
}
