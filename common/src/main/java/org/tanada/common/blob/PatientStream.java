package org.tanada.common.blob;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A stream from another server, which is closed when a read brings nothing for too long: the reader
 * then fails, where it would wait for ever for a server that hangs. However long the reader itself
 * takes between two reads.
 */
final class PatientStream extends FilterInputStream {
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile long readingSince;
  private volatile boolean reading;

  /**
   * Watches over a stream until it is closed.
   *
   * @param patience how long one read may take; looked at four times in that time
   */
  PatientStream(InputStream stream, Duration patience) {
    super(stream);
    Thread.ofVirtual().name("patience").start(() -> watch(patience));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int from, int length) throws IOException {
    readingSince = System.nanoTime();
    reading = true;
    try {
      return super.read(bytes, from, length);
    } finally {
      reading = false;
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    super.close();
  }

  private void watch(Duration patience) {
    try {
      while (!closed.await(patience.toMillis() / 4, TimeUnit.MILLISECONDS)) {
        if (reading && System.nanoTime() - readingSince > patience.toNanos()) {
          close();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      closed.countDown(); // it is closed all the same
    }
  }
}
