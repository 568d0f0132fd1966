package org.tanada.common.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class PatientStreamTests {
  @Test
  void readThatBringsNothingEnds() {
    try (PatientStream stream = new PatientStream(new Hanging(), Duration.ofMillis(40))) {
      assertThatThrownBy(stream::read).isInstanceOf(IOException.class);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatComesIsRead() throws IOException {
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    try (PatientStream stream =
        new PatientStream(new ByteArrayInputStream(content), Duration.ofMinutes(1))) {
      assertThat(stream.read()).isEqualTo('c');
      assertThat(stream.readAllBytes()).hasSize(content.length - 1);
    }
  }

  /** A server that does not answer until the connection is closed. */
  private static final class Hanging extends InputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public int read() throws IOException {
      return read(new byte[1], 0, 1);
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new IOException("closed");
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
