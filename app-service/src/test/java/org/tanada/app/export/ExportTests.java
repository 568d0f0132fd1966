package org.tanada.app.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.app.testing.FakeAccounts;
import org.tanada.app.testing.FakeFactors;
import org.tanada.app.testing.TestPictures;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All of a user's data in one archive, or no archive. */
@AppTest
class ExportTests {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Path DECISIONS =
      Path.of("../db-router/src/main/resources/personal-data.txt");

  @LocalServerPort int port;
  @Autowired DirectoryBlobs blobs;
  @Autowired FakeAccounts accounts;
  @Autowired FakeFactors factors;
  @Autowired InMemoryRows rows;
  private Client user;
  private Client other;
  private byte[] mp4;
  private String video;
  private String order;

  @BeforeEach
  void someLife() {
    user = Client.newUser(port);
    other = Client.newUser(port);
    mp4 = random("\0\0\0\u0018ftypmp42", 300_000);
    user.put("/api/v1/me/avatar", "image/png", TestPictures.of("png", 64, 64)).is(200);
    video = published(user, mp4);
    String foreign = published(other, random("\0\0\0\u0018ftypmp42", 1_000));
    order = order(user, foreign);
    order(other, video);
    Poll.until(
        () -> rows.all("orders").stream().allMatch(row -> row.values().get("invoice_id") != null));
  }

  @AfterEach
  void mend() {
    accounts.down(false);
    blobs.breakOffAfter(-1);
  }

  private static byte[] random(String head, int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    byte[] begin = head.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(begin, 0, bytes, 0, begin.length);
    return bytes;
  }

  private static String published(Client owner, byte[] content) {
    String id =
        owner
            .post(
                "/api/v1/videos",
                """
                {"title": "Rice terraces", "description": "At dawn.",
                 "price": {"amountMinor": 450, "currency": "USD"}}\
                """)
            .is(201)
            .json()
            .get("id")
            .asString();
    owner.put("/api/v1/videos/" + id + "/content", "video/mp4", content).is(201);
    owner.post("/api/v1/videos/" + id + "/publication", "").is(200);
    return id;
  }

  private static String order(Client buyer, String video) {
    return buyer
        .post("/api/v1/orders", "{\"videoId\": \"" + video + "\"}")
        .is(201)
        .json()
        .get("id")
        .asString();
  }

  private static Map<String, byte[]> unzip(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    }
    return entries;
  }

  @Test
  void archiveHasEverythingWithItsDigests() throws Exception {
    Answer answer = user.get("/api/v1/me/export").is(200);

    assertThat(answer.header("Content-Type")).isEqualTo("application/zip");
    assertThat(answer.header("Cache-Control")).isEqualTo("private, no-store");
    assertThat(answer.header("Content-Disposition"))
        .startsWith("attachment; filename=\"tanada-" + user.user().get("username").asString());
    Map<String, byte[]> entries = unzip(answer.response().body());
    assertThat(entries.get("files/videos/" + video + ".mp4")).isEqualTo(mp4);
    assertThat(entries.get("files/avatar.png")).startsWith(0x89, 'P', 'N', 'G');
    assertThat(entries.get("files/invoices/" + order + ".pdf")).asString().startsWith("%PDF");
    assertThat(JSON.readTree(entries.get("profile.json")).get("email").asString())
        .isEqualTo(user.user().get("email").asString());
    assertThat(JSON.readTree(entries.get("videos.json")).get(0).get("id").asString())
        .isEqualTo(video);
    assertThat(JSON.readTree(entries.get("orders.json")).get(0).get("id").asString())
        .isEqualTo(order);
    assertThat(JSON.readTree(entries.get("sales.json"))).hasSize(1);

    JsonNode manifest = JSON.readTree(entries.remove("manifest.json"));
    assertThat(manifest.get("userId").asString()).isEqualTo(user.id());
    assertThat(manifest.get("missing")).isEmpty();
    assertThat(manifest.get("entries")).hasSize(entries.size());
    for (JsonNode entry : manifest.get("entries")) {
      byte[] content = entries.get(entry.get("name").asString());
      assertThat(entry.get("bytes").asInt()).isEqualTo(content.length);
      assertThat(entry.get("sha256").asString())
          .isEqualTo(
              HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }
  }

  @Test
  void everyTableThatIsToBeExportedIsThere() throws IOException {
    List<String> promised =
        Files.readAllLines(DECISIONS).stream()
            .filter(line -> !line.startsWith("#") && line.contains("exported:"))
            .map(line -> line.replaceAll(".*exported:(\\S+).*", "$1"))
            .toList();

    Map<String, byte[]> entries = unzip(user.get("/api/v1/me/export").is(200).response().body());

    assertThat(promised).hasSizeGreaterThan(10);
    assertThat(entries).containsKeys(promised.toArray(String[]::new));
  }

  @Test
  void nothingOfOthersIsInIt() throws IOException {
    Map<String, byte[]> entries = unzip(user.get("/api/v1/me/export").is(200).response().body());

    String email = other.user().get("email").asString();
    entries.forEach((name, content) -> {
      if (name.endsWith(".json")) {
        assertThat(new String(content, StandardCharsets.UTF_8)).as(name).doesNotContain(email);
      }
    });
    new Client(port).get("/api/v1/me/export").isProblem(401, "unauthenticated");
  }

  @Test
  void whoAskedLongAgoAndWhoAsksTooOftenIsRefused() {
    for (int i = 0; i < 3; i++) {
      user.get("/api/v1/me/export").is(200);
    }
    Answer tooMany = user.get("/api/v1/me/export").isProblem(429, "too-many-requests");
    assertThat(tooMany.header("Retry-After")).isEqualTo("17");

    factors.later(Long.parseLong(other.id()));
    other.get("/api/v1/me/export").isProblem(403, "proof-required");
  }

  @Test
  void failureBeforeTheFirstByteIsAProblemAndLaterOneBreaksTheAnswerOff() {
    blobs.breakOffAfter(100);
    Answer refused = user.get("/api/v1/me/export").isProblem(502, "upstream-failed");
    assertThat(refused.header("Content-Disposition")).isNull();

    blobs.breakOffAfter(100_000);
    assertThatThrownBy(() -> user.get("/api/v1/me/export"))
        .hasRootCauseInstanceOf(IOException.class);
    assertThatThrownBy(() -> user.get("/api/v1/me/export"))
        .isInstanceOf(java.io.UncheckedIOException.class);
  }

  @Test
  void fileThatNoNodeHasIsNamedAsMissing() throws IOException {
    long avatar =
        rows.all("users").stream()
            .filter(row -> Long.toString(row.id()).equals(user.id()))
            .map(row -> (Long) row.values().get("avatar_id"))
            .findFirst()
            .orElseThrow();
    blobs.delete("profiles", avatar);

    Map<String, byte[]> entries = unzip(user.get("/api/v1/me/export").is(200).response().body());

    assertThat(JSON.readTree(entries.get("manifest.json")).get("missing").get(0).asString())
        .isEqualTo("files/avatar");
    assertThat(entries.keySet()).noneMatch(name -> name.startsWith("files/avatar"));
    assertThat(Arrays.stream(new String[] {"videos.json", "manifest.json"}))
        .allMatch(entries::containsKey);
  }
}
