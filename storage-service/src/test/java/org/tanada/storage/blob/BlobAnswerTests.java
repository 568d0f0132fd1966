package org.tanada.storage.blob;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.catalina.Globals;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.tanada.common.http.ProblemWriter;
import tools.jackson.databind.json.JsonMapper;

/** Who sends the body: the kernel, or the content itself. */
final class BlobAnswerTests {
  private static final byte[] DIGITS = "0123456789".getBytes(StandardCharsets.US_ASCII);

  private final BlobAnswer answer = new BlobAnswer(new ProblemWriter(JsonMapper.shared()));
  private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/media/x/1");
  private final MockHttpServletResponse response = new MockHttpServletResponse();

  /** Ten bytes, in a file as well if that was verified. */
  private record Ten(@Nullable Path file) implements Content {
    @Override
    public StoredBlob.Facts facts() {
      return new StoredBlob.Facts(1, 10, "00", "video/mp4", 0);
    }

    @Override
    public @Nullable Path verified(long start, long end) {
      return file;
    }

    @Override
    public Part open(long start, long end) {
      return new Part() {
        @Override
        public void send(HttpServletResponse response) throws IOException {
          response.getOutputStream().write(DIGITS, (int) start, (int) (end - start));
        }

        @Override
        public void close() {}
      };
    }
  }

  private void send(@Nullable Path file) throws IOException {
    answer.send(new Ten(file), Map.of(), request, response);
  }

  @Test
  void kernelSendsAVerifiedPart() throws IOException {
    request.setAttribute(Globals.SENDFILE_SUPPORTED_ATTR, true);
    request.addHeader("Range", "bytes=2-5");

    send(Path.of("/some/file"));

    assertThat(response.getStatus()).isEqualTo(206);
    assertThat(response.getHeader("Content-Length")).isEqualTo("4");
    assertThat(response.getContentAsByteArray()).isEmpty();
    assertThat(request.getAttribute(Globals.SENDFILE_FILENAME_ATTR)).isEqualTo("/some/file");
    assertThat(request.getAttribute(Globals.SENDFILE_FILE_START_ATTR)).isEqualTo(2L);
    assertThat(request.getAttribute(Globals.SENDFILE_FILE_END_ATTR)).isEqualTo(6L);
  }

  @Test
  void whatIsNotVerifiedIsComparedAndSent() throws IOException {
    request.setAttribute(Globals.SENDFILE_SUPPORTED_ATTR, true);

    send(null);

    assertSent();
  }

  @Test
  void serverThatEncryptsGivesNothingToTheKernel() throws IOException {
    request.setAttribute(Globals.SENDFILE_SUPPORTED_ATTR, false);

    send(Path.of("/some/file"));

    assertSent();
  }

  private void assertSent() throws IOException {
    assertThat(response.getContentAsString()).isEqualTo("0123456789");
    assertThat(request.getAttribute(Globals.SENDFILE_FILENAME_ATTR)).isNull();
  }
}
