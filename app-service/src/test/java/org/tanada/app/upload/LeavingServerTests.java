package org.tanada.app.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.TestPropertySource;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;

/** An app server that stops while an upload ends. */
@AppTest
@DirtiesContext
@TestPropertySource(properties = "tanada.node=app-2")
class LeavingServerTests {
  @LocalServerPort int port;
  @Autowired ConfigurableApplicationContext server;
  @Autowired DirectoryBlobs blobs;
  @Autowired InMemoryRows rows;

  @Test
  void uploadThatEndsMeanwhileIsAnsweredAsEver() throws Exception {
    Client user = Client.newUser(port);
    String video = UploadTests.draft(user);
    String bearer = UploadTests.bearer(port, user);
    byte[] file = UploadTests.mp4(100_000);
    String upload =
        user.with("Tus-Resumable", "1.0.0")
            .with("Upload-Length", Integer.toString(file.length))
            .with("Upload-Metadata", UploadTests.metadata(video))
            .send("POST", "/uploads", null, new byte[0])
            .is(201)
            .header("Location");

    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      String head =
          "PATCH %s HTTP/1.1\r\nHost: x\r\nTanada-Service-Credential: %s\r\nAuthorization: %s\r\n"
                  .formatted(upload, Client.CREDENTIAL, bearer)
              + "Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n"
              + "Upload-Offset: 0\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n";
      out.write(head.getBytes(UTF_8));
      out.write(file, 0, 70_000);
      Poll.until(() -> blobs.files("videos").stream().anyMatch(piece -> !half(piece)));
      Thread leaving = Thread.ofPlatform().start(server::stop);
      Poll.until(() -> !accepts());
      out.write(file, 70_000, file.length - 70_000);

      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 204 ");
      assertThat(answer).contains("Upload-Offset: 100000");
      leaving.join();
    }
    long id = Long.parseLong(upload.substring(upload.lastIndexOf('/') + 1));
    assertThat(rows.all("uploads"))
        .filteredOn(row -> row.id() == id)
        .singleElement()
        .satisfies(row -> assertThat(row.values()).containsEntry("state", "DONE"));
  }

  private static boolean half(Path file) {
    return file.toString().endsWith(".half");
  }

  private boolean accepts() {
    try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
