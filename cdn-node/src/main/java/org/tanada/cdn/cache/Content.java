package org.tanada.cdn.cache;

import java.nio.file.Path;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** The bytes of an object, complete or still arriving; read by any number of readers. */
public sealed interface Content {
  /** What can be read now. */
  View view();

  /**
   * Calls back once when there is more than the position, or the end.
   *
   * @return false if that is so already: no call then
   */
  boolean await(long position, Executor executor, Runnable wake);

  /**
   * A moment's view. The bytes are in an array or in a file; those before {@code available} never
   * change.
   *
   * @param available bytes from the start that can be read
   * @param ended whether no more will come
   * @param failed whether it broke off before its end
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would defeat the purpose
  record View(
      long available,
      boolean ended,
      boolean failed,
      byte @Nullable [] array,
      @Nullable Path file) {}

  /** A complete small object. */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy would defeat the purpose
  record Ram(byte[] bytes) implements Content {
    @Override
    public View view() {
      return new View(bytes.length, true, false, bytes, null);
    }

    @Override
    public boolean await(long position, Executor executor, Runnable wake) {
      return false;
    }
  }

  /** A complete object in a file of its own, which may be unlinked while it is read. */
  record Disk(Path file, long length) implements Content {
    @Override
    public View view() {
      return new View(length, true, false, null, file);
    }

    @Override
    public boolean await(long position, Executor executor, Runnable wake) {
      return false;
    }
  }

  /** An object that is arriving. */
  non-sealed interface Growing extends Content {}
}
