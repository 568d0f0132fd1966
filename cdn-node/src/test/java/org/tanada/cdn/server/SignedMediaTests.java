package org.tanada.cdn.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.tanada.common.blob.SignedUrls;

/** Private files: nobody gets one without a valid address, and all share one cached copy. */
class SignedMediaTests {
  private static final SignedUrls SIGNER =
      new SignedUrls(TestEdge.SIGNING_KEY, InstantSource.system());
  private static TestEdge edge;
  private static ScriptedOrigin origin;

  @BeforeAll
  static void start() {
    edge = new TestEdge();
    origin = edge.origin();
    ScriptedOrigin.Script file =
        call ->
            call.respond(
                200,
                "content",
                "ETag: \"sha\"",
                "Cache-Control: private, max-age=77",
                "Tanada-Cache-Control: max-age=31536000");
    origin.on("/media/videos/17", file);
    origin.on("/media/invoices/18", file);
    origin.on(
        "/media/profiles/19",
        call -> call.respond(200, "face", "Cache-Control: public, max-age=31536000, immutable"));
  }

  @AfterAll
  static void stop() {
    edge.close();
  }

  private static String signed(String path, long seconds) {
    return SIGNER.sign(path, Instant.now().plusSeconds(seconds));
  }

  @Test
  void signedFileIsCachedOnceForAllSignatures() {
    String first = signed("/media/videos/17", 1000);
    String second = signed("/media/videos/17", 2000);

    Http.Answer miss = edge.get(first);
    Http.Answer hit = edge.get(second);

    assertThat(miss.text()).isEqualTo("content");
    assertThat(hit.cacheStatus()).contains("hit");
    assertThat(seconds(miss)).isBetween(990, 1000);
    assertThat(seconds(hit)).isBetween(1990, 2000);
    assertThat(hit.headers()).doesNotContainKey("Tanada-Cache-Control");
    assertThat(origin.calls("/media/videos/17")).hasSize(1);
    assertThat(origin.calls("/media/videos/17").getFirst().uri()).isEqualTo(first);
    assertThat(edge.get(signed("/media/videos/17", 50), "Range: bytes=0-2").text())
        .isEqualTo("con");
  }

  private static int seconds(Http.Answer answer) {
    return Integer.parseInt(answer.header("Cache-Control").replace("private, max-age=", ""));
  }

  @Test
  void forgedAndExpiredAddressesAreRefusedAlsoForCachedFiles() {
    String path = "/media/invoices/18";
    String good = signed(path, 1000);
    edge.get(good);

    assertProblem(edge.get(path), "invalid-signature");
    assertProblem(edge.get(good + "x"), "invalid-signature");
    assertProblem(edge.get(good.replace("/18", "/17")), "invalid-signature");
    assertProblem(
        edge.get(good.replaceAll("expires=\\d+", "expires=99999999999")), "invalid-signature");
    assertProblem(edge.get(good.replaceAll("expires=\\d+", "expires=1e9")), "invalid-signature");
    assertProblem(edge.get(good + "&expires=99999999999"), "invalid-signature");
    assertProblem(edge.get(signed(path, -10)), "expired-signature");
    assertThat(origin.calls(path)).hasSize(1);
  }

  private static void assertProblem(Http.Answer answer, String code) {
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).contains("\"code\":\"" + code + "\"");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void publicFilesNeedNoSignature() {
    assertThat(edge.get("/media/profiles/19").text()).isEqualTo("face");
    Http.Answer hit = edge.get("/media/profiles/19?anything");
    assertThat(hit.cacheStatus()).contains("hit");
    assertThat(hit.header("Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
  }

  @Test
  void unknownPurposesAreNotFound() {
    assertThat(edge.get("/media/secrets/1").status()).isEqualTo(404);
    assertThat(edge.get("/media/").status()).isEqualTo(404);
    assertThat(edge.get("/media/profiles/").status()).isEqualTo(404);
    assertThat(edge.get("/media/profiles/1/2").status()).isEqualTo(404);
  }
}
