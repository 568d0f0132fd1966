package org.tanada.storage.blob;

import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory outside of the heap for a slice each, which the kernel reads into without a copy in
 * between. What a read has used, the next one takes over; there are as many as there were reads at
 * a time, for which the connections are the limit ({@code server.tomcat.max-connections}).
 */
final class SliceBuffers {
  private static final ConcurrentLinkedQueue<ByteBuffer> SPARE = new ConcurrentLinkedQueue<>();

  private SliceBuffers() {}

  /** One of {@link SliceSums#SLICE} bytes; it has to be given back. */
  static ByteBuffer take() {
    ByteBuffer spare = SPARE.poll();
    return spare == null ? ByteBuffer.allocateDirect(SliceSums.SLICE) : spare;
  }

  /** Gives one back, once. */
  static void giveBack(ByteBuffer buffer) {
    SPARE.add(buffer);
  }
}
