package org.tanada.common.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResumedStreamTests {
  private static final byte[] CONTENT = new byte[1000];

  static {
    for (int i = 0; i < CONTENT.length; i++) {
      CONTENT[i] = (byte) (i * 7);
    }
  }

  @Test
  void goesOnWhereItBrokeOffOrEndedEarly() throws Exception {
    InputStream stream =
        new ResumedStream(
            breaking(0, 300),
            CONTENT.length,
            at -> at == 300 ? part(300, 650) : part((int) at, 1000));

    assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
    assertThat(stream.read()).isEqualTo(-1);
  }

  @Test
  void throwsWhereNobodyGoesOn() {
    InputStream nowhere =
        new ResumedStream(
            part(0, 10),
            CONTENT.length,
            at -> {
              throw new IOException("nobody");
            });
    InputStream inVain = new ResumedStream(part(0, 10), CONTENT.length, at -> part(0, 0));

    assertThatIOException().isThrownBy(nowhere::readAllBytes).withMessageContaining("byte 10");
    assertThatIOException().isThrownBy(inVain::readAllBytes).withMessageContaining("byte 10");
  }

  @Test
  void whatIsSkippedInLargePartsIsNotRead() throws Exception {
    long length = 10L << 30;
    List<Long> asked = new ArrayList<>();
    InputStream stream =
        new ResumedStream(
            part(0, 1000),
            length,
            at -> {
              asked.add(at);
              return part(0, 1000);
            });

    stream.skipNBytes(3);
    assertThat(stream.read()).isEqualTo(CONTENT[3] & 0xFF);
    stream.skipNBytes(length - 4 - 1000);
    assertThat(stream.readAllBytes()).isEqualTo(CONTENT);
    assertThat(asked).containsExactly(length - 1000);
  }

  @Test
  void nothingIsAskedForBehindTheEnd() throws Exception {
    InputStream stream =
        new ResumedStream(
            part(0, 1000),
            10L << 20,
            at -> {
              throw new IOException("behind the end");
            });

    assertThat(stream.skip(20L << 20)).isEqualTo(10L << 20);
    assertThat(stream.read()).isEqualTo(-1);
  }

  private static InputStream part(int from, int to) {
    return new ByteArrayInputStream(Arrays.copyOfRange(CONTENT, from, to));
  }

  private static InputStream breaking(int from, int to) {
    return new SequenceInputStream(
        part(from, to),
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("lost");
          }

          @Override
          public int read(byte[] bytes, int offset, int count) throws IOException {
            return read();
          }
        });
  }
}
