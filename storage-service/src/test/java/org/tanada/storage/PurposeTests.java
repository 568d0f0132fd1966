package org.tanada.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A purpose that nobody has written code for. */
class PurposeTests {
  private static final byte[] CONTENT = "%PDF-1.7 and so on".getBytes(UTF_8);

  @TempDir static Path root;
  private static StorageCluster contracts;

  @BeforeAll
  static void start() throws Exception {
    contracts =
        new StorageCluster(root, "contracts")
            .list(1)
            .start(
                1,
                "tanada.storage.types=application/pdf",
                "tanada.storage.max-blob-size=1KB",
                "tanada.storage.saved-as.contracts=contract-{id}.pdf");
  }

  @AfterAll
  static void stop() {
    contracts.close();
  }

  @Test
  void privateFileIsReadByItsSignedAddressAlone() {
    assertThat(contracts.put(1, 7, "application/pdf", CONTENT).statusCode()).isEqualTo(201);

    HttpResponse<byte[]> signed = contracts.get(1, 7);
    HttpResponse<byte[]> unsigned = contracts.send(contracts.request(1, "/media/contracts/7"));

    assertThat(signed.statusCode()).isEqualTo(200);
    assertThat(signed.body()).isEqualTo(CONTENT);
    assertThat(signed.headers().firstValue("Cache-Control").orElseThrow()).startsWith("private");
    assertThat(signed.headers().firstValue("Content-Disposition"))
        .hasValue("inline; filename=\"contract-7.pdf\"");
    assertThat(unsigned.statusCode()).isEqualTo(403);
    assertThat(new String(unsigned.body(), UTF_8)).contains("invalid-signature");
  }

  @Test
  void otherPurposesAreNotHere() {
    assertThat(contracts.send(contracts.request(1, "/media/profiles/7")).statusCode())
        .isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "application/pdfx", "text/html; charset=utf-8"})
  void otherTypesAreRefused(String type) {
    HttpResponse<byte[]> answer = contracts.put(1, 8, type, CONTENT);

    assertThat(answer.statusCode()).isEqualTo(415);
    assertThat(new String(answer.body(), UTF_8)).contains("unsupported-media-type");
    assertThat(contracts.get(1, 8).statusCode()).isEqualTo(404);
  }

  @Test
  void parametersOfATypeAreNotItsName() {
    assertThat(contracts.put(1, 9, "application/PDF; version=1.7", CONTENT).statusCode())
        .isEqualTo(201);
  }

  @Test
  void largerOnesAreRefused() {
    assertThat(contracts.put(1, 10, "application/pdf", new byte[1025]).statusCode()).isEqualTo(413);
  }

  @Test
  void publicOneNeedsNoSignature(@TempDir Path other) throws Exception {
    try (StorageCluster flyers =
        new StorageCluster(other, "flyers")
            .list(1)
            .start(1, "tanada.storage.public-purposes=profiles,flyers")) {
      assertThat(flyers.put(1, 7, "application/pdf", CONTENT).statusCode()).isEqualTo(201);

      HttpResponse<byte[]> answer = flyers.send(flyers.request(1, "/media/flyers/7"));

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Cache-Control").orElseThrow()).startsWith("public");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tanada.storage.types=application",
        "tanada.storage.backend=tape",
        "tanada.storage.purpose=../profiles"
      })
  void wrongSettingStopsTheStart(String setting, @TempDir Path other) throws Exception {
    try (StorageCluster wrong = new StorageCluster(other, "wrong").list(1)) {
      assertThatThrownBy(() -> wrong.start(1, setting)).hasStackTraceContaining("tanada.storage");
    }
  }
}
