package org.tanada.storage.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.tanada.storage.blob.Disk;

/**
 * A disk that fills up, gets slow, or keeps nothing that it says it keeps. In a journal that
 * outlives {@code kill -9} it writes down what it was told to make durable, so that {@link
 * PowerCut} can take the rest away. It syncs nothing really: the journal decides.
 *
 * <pre>W file position length · F file · M from to · S directory names (separated by /)</pre>
 */
final class FaultyDisk implements Disk {
  private static final String FULL = "No space left on device";
  private static final long SLOW_WRITE = 5_000_000;
  private static final long SLOW_SYNC = 60_000_000;

  /** What is wrong with it. */
  enum State {
    WELL,
    /** It says that it has no space, and has none. */
    FULL,
    /** Its space ends in the middle of what is written. */
    FILLING,
    SLOW,
    /** It answers at once when something is to be made durable, and does nothing: the switch. */
    LYING
  }

  private final FileChannel journal;
  private volatile State state = State.WELL;

  /** A disk that goes on with a journal. */
  FaultyDisk(Path journal) throws IOException {
    this.journal = FileChannel.open(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  void become(State next) {
    state = next;
  }

  @Override
  public void write(FileChannel channel, Path file, ByteBuffer bytes) throws IOException {
    State now = state;
    note("W", file, channel.position(), bytes.remaining());
    if (now == State.FULL || now == State.FILLING) {
      ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
      Disk.REAL.write(channel, file, half);
      throw new IOException(FULL);
    }
    wait(now, SLOW_WRITE);
    Disk.REAL.write(channel, file, bytes);
  }

  @Override
  public void force(FileChannel channel, Path file) throws IOException {
    State now = state;
    wait(now, SLOW_SYNC);
    if (now != State.LYING) {
      note("F", file);
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    note("M", from, to);
    Disk.REAL.move(from, to);
  }

  @Override
  public void sync(Path directory) throws IOException {
    State now = state;
    String names = names(directory);
    wait(now, SLOW_SYNC);
    if (now != State.LYING) {
      note("S", directory, names);
    }
  }

  @Override
  public long usable(Path directory) throws IOException {
    return state == State.FULL ? 0 : Disk.REAL.usable(directory);
  }

  /** The names in a directory, as the journal has them. */
  static String names(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.map(file -> file.getFileName().toString()).collect(Collectors.joining("/"));
    }
  }

  private static void wait(State now, long nanos) {
    if (now == State.SLOW) {
      LockSupport.parkNanos(nanos);
    }
  }

  private synchronized void note(Object... words) throws IOException {
    String line = Stream.of(words).map(String::valueOf).collect(Collectors.joining("\t", "", "\n"));
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(UTF_8));
    while (bytes.hasRemaining()) {
      journal.write(bytes);
    }
  }

  /** The lines of a journal, each in its words; a last one that is not whole never happened. */
  static List<String[]> read(Path journal) throws IOException {
    String all = Files.readString(journal);
    return all.substring(0, all.lastIndexOf('\n') + 1)
        .lines()
        .map(line -> line.split("\t", -1))
        .toList();
  }
}
