package org.tanada.app.upload;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.deletion.Leaving;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import org.tanada.app.testing.Crashes;
import org.tanada.app.testing.DirectoryBlobs;
import org.tanada.common.row.Row;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.row.testing.InMemoryRows;
import org.tanada.common.testing.Poll;

/** Resumable uploads, after the text of tus 1.0.0. */
@AppTest
class UploadTests {
  private static final String BODY = "application/offset+octet-stream";

  @LocalServerPort int port;
  @Autowired DirectoryBlobs blobs;
  @Autowired InMemoryRows rows;
  @Autowired UploadCleaner cleaner;
  @Autowired Crashes crashes;
  Client plain;
  Client user;
  String video;

  @BeforeEach
  void draft() {
    plain = Client.newUser(port);
    user = plain.with("Tus-Resumable", "1.0.0");
    video = draft(plain);
  }

  @Test
  void optionsTellWhatIsSupported() {
    Answer answer = new Client(port).send("OPTIONS", "/uploads", null, new byte[0]).is(204);

    assertThat(answer.header("Tus-Version")).isEqualTo("1.0.0");
    assertThat(answer.header("Tus-Resumable")).isEqualTo("1.0.0");
    assertThat(answer.header("Tus-Max-Size")).isEqualTo("1048576");
    assertThat(answer.header("Tus-Extension").split(",", -1))
        .containsExactlyInAnyOrder(
            "creation",
            "creation-with-upload",
            "expiration",
            "checksum",
            "termination",
            "concatenation");
    assertThat(answer.header("Tus-Checksum-Algorithm")).contains("sha1");
  }

  @Test
  void fileArrivesBitByBitAndBecomesTheContentAsIfItHadBeenPut() throws Exception {
    byte[] file = mp4(300_000);
    Answer created =
        create(user, file.length, "video " + base64(video) + ",filename " + base64("../é"));
    String upload = created.is(201).header("Location");
    assertThat(created.header("Upload-Offset")).isEqualTo("0");
    assertThat(created.header("Upload-Expires")).endsWith(" GMT");

    Answer first = patch(user, upload, 0, Arrays.copyOf(file, 100_000)).is(204);
    Answer stands = user.send("HEAD", upload, null, new byte[0]).is(200);
    Answer last = patch(user, upload, 100_000, Arrays.copyOfRange(file, 100_000, file.length));

    assertThat(first.header("Upload-Offset")).isEqualTo("100000");
    assertThat(first.header("Upload-Expires")).isNotNull();
    assertThat(stands.header("Upload-Offset")).isEqualTo("100000");
    assertThat(stands.header("Upload-Length")).isEqualTo("300000");
    assertThat(stands.header("Upload-Metadata"))
        .isEqualTo("video " + base64(video) + ",filename " + base64("../é"));
    assertThat(stands.header("Cache-Control")).isEqualTo("no-store");
    assertThat(last.is(204).header("Upload-Offset")).isEqualTo("300000");
    assertThat(content(video)).isEqualTo(file);
    Answer done = user.send("HEAD", upload, null, new byte[0]).is(200);
    assertThat(done.header("Upload-Offset")).isEqualTo("300000");
    assertThat(done.header("Upload-Expires")).isNull();
    plain.post("/api/v1/videos/" + video + "/publication", "").is(200);
    Poll.until(() -> pieces(upload) == 0);
  }

  @Test
  void creationMayBringTheFirstBytesOrAll() throws Exception {
    byte[] file = mp4(70_000);
    Client creating = user.with("Upload-Length", "70000").with("Upload-Metadata", metadata(video));

    String begun =
        creating.send("POST", "/uploads", BODY, Arrays.copyOf(file, 5)).is(201).header("Location");
    assertThat(offset(begun)).isEqualTo(5);
    patch(user, begun, 5, Arrays.copyOfRange(file, 5, file.length)).is(204);
    assertThat(content(video)).isEqualTo(file);

    Answer whole = creating.send("POST", "/uploads", BODY, file).is(201);
    assertThat(whole.header("Upload-Offset")).isEqualTo("70000");
    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void offsetMustBeWhereItStands() {
    String upload = begin(1000);
    patch(user, upload, 0, mp4(400)).is(204);

    patch(user, upload, 0, mp4(400)).isProblem(409, "conflict");
    patch(user, upload, 401, new byte[100]).isProblem(409, "conflict");
    patch(user, upload, 5000, new byte[100]).isProblem(409, "conflict");
    patch(user, upload, 400, new byte[601]).isProblem(413, "content-too-large");
    user.with("Upload-Offset", "-1")
        .send("PATCH", upload, BODY, new byte[1])
        .isProblem(400, "malformed-request");
    user.send("PATCH", upload, BODY, new byte[1]).isProblem(400, "malformed-request");
    assertThat(offset(upload)).isEqualTo(400);
    patch(user, upload, 400, new byte[600]).is(204);
  }

  @Test
  void bytesBeyondTheEndAreRefusedAlsoWithoutALength() throws Exception {
    String upload = begin(1000);

    try (Socket socket = patching(upload, 0, "Transfer-Encoding: chunked")) {
      OutputStream out = socket.getOutputStream();
      out.write("7d0\r\n".getBytes(UTF_8));
      out.write(mp4(2000));
      out.write("\r\n0\r\n\r\n".getBytes(UTF_8));
      assertThat(answer(socket)).startsWith("HTTP/1.1 413 ");
    }
    assertThat(offset(upload)).isZero();
  }

  @Test
  void whatArrivedBeforeTheConnectionBrokeIsKept() throws Exception {
    byte[] file = mp4(300_000);
    String upload = begin(file.length);

    try (Socket socket = patching(upload, 0, "Content-Length: 300000")) {
      socket.getOutputStream().write(file, 0, 150_000);
    }

    Poll.until(() -> offset(upload) == 150_000);
    patch(user, upload, 150_000, Arrays.copyOfRange(file, 150_000, file.length)).is(204);
    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void ofTwoWritersOneIsToldToLookAgain() throws Exception {
    byte[] file = mp4(50_000);
    String upload = begin(file.length);

    try (Socket slow = patching(upload, 0, "Content-Length: 50000")) {
      slow.getOutputStream().write(file, 0, 20_000);
      Poll.until(() ->
          blobs.files("videos").stream()
              .anyMatch(path -> path.toString().endsWith(".half") && path.toFile().length() > 0));

      patch(user, upload, 0, Arrays.copyOf(file, 30_000)).is(204);

      slow.getOutputStream().write(file, 20_000, 30_000);
      assertThat(answer(slow)).startsWith("HTTP/1.1 409 ");
    }
    assertThat(offset(upload)).isEqualTo(30_000);
    patch(user, upload, 30_000, Arrays.copyOfRange(file, 30_000, file.length)).is(204);
    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void bytesThatDoNotMatchTheirChecksumAreNotKept() throws Exception {
    byte[] file = mp4(150_000);
    String upload = begin(file.length);
    byte[] first = Arrays.copyOf(file, 130_000); // two pieces

    for (String algorithm : List.of("SHA-1", "SHA-256")) {
      String name = algorithm.replace("-", "").toLowerCase(java.util.Locale.ROOT);
      checked(upload, 0, first, name + " " + digest(algorithm, new byte[1]))
          .isProblem(460, "checksum-mismatch");
    }
    checked(upload, 0, first, "md5 AAAA").isProblem(400, "malformed-request");
    checked(upload, 0, first, "sha1 !").isProblem(400, "malformed-request");
    checked(upload, 0, first, "sha1 AAAA").isProblem(400, "malformed-request");
    checked(upload, 0, first, "sha1").isProblem(400, "malformed-request");
    assertThat(offset(upload)).isZero();
    assertThat(pieces(upload)).isZero();

    checked(upload, 0, first, "sha1 " + digest("SHA-1", first)).is(204);
    byte[] rest = Arrays.copyOfRange(file, 130_000, file.length);
    checked(upload, 130_000, rest, "sha256 " + digest("SHA-256", new byte[1]))
        .isProblem(460, "checksum-mismatch");
    assertThat(offset(upload)).isEqualTo(130_000);
    checked(upload, 130_000, rest, "sha256 " + digest("SHA-256", rest)).is(204);
    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void expiredUploadIsGoneAndItsPiecesAreCollected() {
    String upload = begin(1000);
    patch(user, upload, 0, mp4(400)).is(204);
    Row row = row(upload);
    long past = Instant.now().minusSeconds(2 * 86_400).getEpochSecond();
    rows.commit(
        new Transaction(
            row.owner(),
            List.of(
                Write.update(
                    Upload.TABLE,
                    row.id(),
                    null,
                    Map.of("expiresAt", Instant.ofEpochSecond(past), "expiresDay", past / 86_400))),
            List.of(),
            UUID.randomUUID().toString(),
            "",
            null));

    user.send("HEAD", upload, null, new byte[0]).is(410);
    patch(user, upload, 400, new byte[600]).isProblem(410, "gone");
    String piece =
        rows.all("upload_pieces").stream()
            .filter(found -> ((Number) found.values().get("upload_id")).longValue() == id(upload))
            .map(found -> Long.toString(found.id()))
            .findFirst()
            .orElseThrow();
    assertThat(blobs.files("videos")).anyMatch(path -> path.endsWith(piece));
    cleaner.sweep();

    user.send("HEAD", upload, null, new byte[0]).is(404);
    assertThat(pieces(upload)).isZero();
    assertThat(blobs.files("videos")).noneMatch(path -> path.endsWith(piece));
  }

  @Test
  void endedUploadIsGone() {
    String upload = begin(1000);
    patch(user, upload, 0, mp4(400)).is(204);

    user.delete(upload).is(204);

    user.send("HEAD", upload, null, new byte[0]).is(410);
    patch(user, upload, 400, new byte[600]).isProblem(410, "gone");
    user.delete(upload).isProblem(410, "gone");
    Poll.until(() -> pieces(upload) == 0);
  }

  @Test
  void uploadOfNobodyOrSomebodyElseIsNotThere() {
    String upload = begin(1000);
    Client other = Client.newUser(port).with("Tus-Resumable", "1.0.0");

    other.send("HEAD", upload, null, new byte[0]).is(404);
    patch(other, upload, 0, mp4(400)).isProblem(404, "not-found");
    other.delete(upload).isProblem(404, "not-found");
    user.send("HEAD", "/uploads/123456789", null, new byte[0]).is(404);
    user.send("HEAD", "/uploads/x", null, new byte[0]).is(404);
    patch(user, "/uploads/123456789", 0, mp4(400)).isProblem(404, "not-found");
    create(other, 1000, metadata(video)).isProblem(404, "not-found");
    assertThat(offset(upload)).isZero();
  }

  @Test
  void otherVersionsAreRefusedBeforeAnything() {
    String upload = begin(1000);

    for (Client client : List.of(plain, plain.with("Tus-Resumable", "0.2.2"))) {
      Answer answer = client.send("HEAD", upload, null, new byte[0]).is(412);
      assertThat(answer.header("Tus-Version")).isEqualTo("1.0.0");
      patch(client, upload, 0, mp4(400)).isProblem(412, "protocol-version");
    }
    assertThat(offset(upload)).isZero();
  }

  @Test
  void partsAreJoined() throws Exception {
    byte[] file = mp4(90_000);
    Client part = user.with("Upload-Concat", "partial");
    String first = create(part, 7, "").is(201).header("Location"); // ends within the file's head
    String second = create(part, file.length - 7L, "").is(201).header("Location");
    patch(user, first, 0, Arrays.copyOf(file, 7)).is(204);
    String concat = "final;" + first + " http://localhost:8080" + second;
    Client joining = user.with("Upload-Concat", concat).with("Upload-Metadata", metadata(video));
    joining.send("POST", "/uploads", null, new byte[0]).isProblem(409, "conflict");
    patch(user, second, 0, Arrays.copyOfRange(file, 7, file.length)).is(204);
    assertThat(user.send("HEAD", first, null, new byte[0]).header("Upload-Concat"))
        .isEqualTo("partial");

    String joined = joining.send("POST", "/uploads", null, new byte[0]).is(201).header("Location");

    assertThat(content(video)).isEqualTo(file);
    Answer stands = user.send("HEAD", joined, null, new byte[0]).is(200);
    assertThat(stands.header("Upload-Concat")).isEqualTo(concat);
    assertThat(stands.header("Upload-Length")).isEqualTo("90000");
    assertThat(stands.header("Upload-Offset")).isEqualTo("90000");
    patch(user, joined, 90_000, new byte[1]).isProblem(403, "forbidden");
    Poll.until(() -> pieces(first) + pieces(second) == 0);
    joining.send("POST", "/uploads", null, new byte[0]).isProblem(410, "gone");
    user.with("Upload-Concat", "final;/users/1")
        .with("Upload-Metadata", metadata(video))
        .send("POST", "/uploads", null, new byte[0])
        .isProblem(400, "malformed-request");
  }

  @Test
  void whatIsNoVideoIsRefusedWhateverItsNameSays() {
    String upload =
        create(user, 1000, metadata(video) + ",filetype " + base64("video/mp4")).header("Location");

    patch(user, upload, 0, "<svg onload='alert(1)'>".getBytes(UTF_8))
        .isProblem(415, "unsupported-media-type");

    assertThat(offset(upload)).isZero();
    String small = begin(3);
    patch(user, small, 0, new byte[3]).isProblem(415, "unsupported-media-type");
    assertThat(pieces(upload) + pieces(small)).isZero();
  }

  @Test
  void wishesThatCannotBeMetAreRefused() {
    create(user, 1_048_577, metadata(video)).isProblem(413, "content-too-large");
    create(user, 0, metadata(video)).isProblem(400, "malformed-request");
    create(user, 10, "").isProblem(422, "validation-failed");
    create(user, 10, "video " + base64("x")).isProblem(422, "validation-failed");
    create(user, 10, "video !").isProblem(400, "malformed-request");
    create(user, 10, metadata(video) + "," + metadata(video)).isProblem(400, "malformed-request");
    create(user, 10, "video " + base64("123456789")).isProblem(404, "not-found");
    user.with("Upload-Metadata", metadata(video))
        .send("POST", "/uploads", null, new byte[0])
        .isProblem(400, "malformed-request");
    user.with("Upload-Concat", "something")
        .send("POST", "/uploads", null, new byte[0])
        .isProblem(400, "malformed-request");
    String upload = begin(10);
    user.with("Upload-Offset", "0")
        .send("PATCH", upload, "video/mp4", mp4(20))
        .isProblem(415, "unsupported-media-type");
  }

  @Test
  void onlySoManyMayBeOpen() {
    String first = begin(1000);
    for (int i = 1; i < 20; i++) {
      begin(1000);
    }

    create(user, 1000, metadata(video)).isProblem(429, "too-many-requests");
    user.delete(first).is(204);
    begin(1000);
  }

  @Test
  void nobodyTakesMoreThanTheirSpace() {
    byte[] large = mp4(1_000_000);
    for (int i = 0; i < 3; i++) { // of 4 MB
      plain.put("/api/v1/videos/" + draft(plain) + "/content", "video/mp4", large).is(201);
    }
    String upload = begin(1_000_000);

    create(user, 1_000_000, metadata(draft(plain))).isProblem(413, "quota-exceeded");
    plain
        .put("/api/v1/videos/" + video + "/content", "video/mp4", mp4(1_048_576))
        .is(201); // what is on its way is counted when more begins
    plain
        .put("/api/v1/videos/" + draft(plain) + "/content", "video/mp4", large)
        .isProblem(413, "quota-exceeded");
    plain.put("/api/v1/videos/" + video + "/content", "video/mp4", mp4(900_000)).is(201);
    patch(user, upload, 0, large).is(204); // in place of the video's content so far
  }

  @Test
  void cookieCountsOnlyFromOurOwnPages() {
    Answer signedIn =
        new Client(port)
            .post(
                "/api/v1/sessions",
                "{\"email\": \"%s\", \"password\": \"correct horse\"}"
                    .formatted(plain.user().get("email").asString()))
            .is(201);
    Client browser =
        new Client(port)
            .with("Tus-Resumable", "1.0.0")
            .with("Cookie", "tanada-session=" + signedIn.cookie("tanada-session"));

    create(browser, 1000, metadata(video)).isProblem(403, "foreign-origin");
    create(browser.with("Sec-Fetch-Site", "cross-site"), 1000, metadata(video))
        .isProblem(403, "foreign-origin");
    Client own = browser.with("Sec-Fetch-Site", "same-origin");
    String upload = create(own, 1000, metadata(video)).is(201).header("Location");
    patch(browser.with("Origin", "https://evil.example"), upload, 0, mp4(1000))
        .isProblem(403, "foreign-origin");
    patch(own, upload, 0, mp4(1000)).is(204);
    create(
            new Client(port).with("Tus-Resumable", "1.0.0").with("Sec-Fetch-Site", "same-origin"),
            9,
            "")
        .isProblem(401, "unauthenticated");
  }

  @Test
  void clientsWithoutPatchUseTheHeader() throws Exception {
    byte[] file = mp4(1000);
    String upload = begin(file.length);

    user.with("X-HTTP-Method-Override", "PATCH")
        .with("Upload-Offset", "0")
        .send("POST", upload, BODY, file)
        .is(204);
    user.send("POST", upload, BODY, file).isProblem(405, "method-not-allowed");

    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void leavingUserLeavesNoPieces() {
    String upload = begin(1000);
    patch(user, upload, 0, mp4(400)).is(204);

    plain.with("If-Match", "*").delete("/api/v1/me").is(204);
    cleaner.remove(new Leaving.Departing(Long.parseLong(user.id()), List.of()));

    assertThat(pieces(upload)).isZero();
    assertThat(rows.all("uploads")).noneMatch(row -> row.id() == id(upload));
  }

  @Test
  void lastBytesAreSentAgainWhenTheContentCouldNotBeNamed() throws Exception {
    byte[] file = mp4(150_000);
    String upload = begin(file.length);
    List<Path> before = blobs.files("videos");
    rows.refuseTable("videos", true);
    try {
      patch(user, upload, 0, file).isProblem(503, "unavailable");
    } finally {
      rows.refuseTable("videos", false);
    }

    long offset = offset(upload);
    assertThat(offset).isEqualTo(128 * 1024); // two pieces of 64 KiB count, the last one does not
    assertThat(blobs.files("videos").stream().filter(path -> !before.contains(path)))
        .hasSize(3); // those, and the content, of which nobody knows whether a row names it
    patch(user, upload, offset, Arrays.copyOfRange(file, (int) offset, file.length)).is(204);
    assertThat(content(video)).isEqualTo(file);
  }

  @Test
  void whereverAServerDiesNoFileIsLeftThatNobodyKnows() throws Exception {
    byte[] file = mp4(150_000);
    boolean died = true;
    int points = 0;
    for (; died; points++) {
      String fresh = draft(plain);
      String upload = create(user, file.length, metadata(fresh)).is(201).header("Location");
      List<Path> before = blobs.files("videos");
      crashes.after(points);
      patch(user, upload, 0, file);
      died = crashes.takenOver();

      long offset = offset(upload); // another server goes on
      if (offset < file.length) {
        patch(user, upload, offset, Arrays.copyOfRange(file, (int) offset, file.length)).is(204);
      }
      cleaner.later(Long.parseLong(user.id()), id(upload)); // as the sweep of tomorrow does
      Poll.until(() -> pieces(upload) == 0);
      assertThat(content(fresh)).isEqualTo(file);
      assertThat(blobs.files("videos").stream().filter(path -> !before.contains(path)))
          .as("after a death at point %d", points)
          .hasSize(1);
      plain.with("If-Match", "*").delete("/api/v1/videos/" + fresh).is(204);
    }
    assertThat(points).isGreaterThan(18); // a row, a file and their row again, for each of three
  }

  @Test
  void nameOfEveryTrickIsGivenBackAndNamesNothing() throws Exception {
    byte[] file = mp4(2000);
    for (String name :
        List.of(
            "../../../etc/passwd",
            "/etc/passwd",
            "..\\..\\CON",
            "NUL.mp4",
            "a\0b.mp4",
            "a\r\nSet-Cookie: x=y",
            "\u202egpm.exe",
            "\u2066\u200b\ufeff",
            "e\u0301\u0301\u0301\u0301",
            "\ud83d\ude00\ufdfa",
            "\"; filename*=utf-8''x",
            "%2e%2e%2f",
            "\u9577".repeat(900),
            ".")) {
      List<Path> before = blobs.files("videos");
      String metadata = metadata(video) + ",filename " + base64(name);
      Answer created = create(user, file.length, metadata).is(201);
      String upload = created.header("Location");
      assertThat(upload).matches("/uploads/[0-9]+");

      patch(user, upload, 0, file).is(204);

      Answer stands = user.send("HEAD", upload, null, new byte[0]).is(200);
      assertThat(stands.header("Upload-Metadata")).isEqualTo(metadata);
      assertThat(stands.headers("Set-Cookie")).noneMatch(cookie -> cookie.contains("x=y"));
      assertThat(content(video)).isEqualTo(file);
      assertThat(blobs.files("videos").stream().filter(path -> !before.contains(path)))
          .isNotEmpty()
          .allMatch(path -> path.getFileName().toString().matches("[0-9]+"));
    }
    create(user, file.length, metadata(video) + ",filename " + base64("\u9577".repeat(1100)))
        .isProblem(400, "malformed-request");
  }

  private String begin(long length) {
    return create(user, length, metadata(video)).is(201).header("Location");
  }

  private static Answer create(Client client, long length, String metadata) {
    Client wishing = client.with("Upload-Length", Long.toString(length));
    return (metadata.isEmpty() ? wishing : wishing.with("Upload-Metadata", metadata))
        .send("POST", "/uploads", null, new byte[0]);
  }

  private static Answer patch(Client client, String upload, long offset, byte[] bytes) {
    return client.with("Upload-Offset", Long.toString(offset)).send("PATCH", upload, BODY, bytes);
  }

  private Answer checked(String upload, long offset, byte[] bytes, String checksum) {
    return patch(user.with("Upload-Checksum", checksum), upload, offset, bytes);
  }

  private long offset(String upload) {
    Answer stands = user.send("HEAD", upload, null, new byte[0]).is(200);
    return Long.parseLong(stands.header("Upload-Offset"));
  }

  /** A request whose body the test writes by itself. */
  private Socket patching(String upload, long offset, String length) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    String head =
        "PATCH %s HTTP/1.1\r\nHost: x\r\nTanada-Service-Credential: %s\r\nAuthorization: %s\r\n"
                .formatted(upload, Client.CREDENTIAL, bearer())
            + "Tus-Resumable: 1.0.0\r\nContent-Type: %s\r\nUpload-Offset: %d\r\n%s\r\n\r\n"
                .formatted(BODY, offset, length);
    socket.getOutputStream().write(head.getBytes(UTF_8));
    return socket;
  }

  private String bearer() {
    return bearer(port, plain);
  }

  static String bearer(int port, Client plain) {
    Answer tokens =
        new Client(port)
            .post(
                "/api/v1/tokens",
                "{\"grantType\": \"password\", \"email\": \"%s\", \"password\": \"correct horse\"}"
                    .formatted(plain.user().get("email").asString()));
    return "Bearer " + tokens.is(201).json().get("accessToken").asString();
  }

  private static String answer(Socket socket) throws IOException {
    byte[] start = socket.getInputStream().readNBytes(20);
    return new String(start, UTF_8);
  }

  private byte[] content(String video) throws IOException {
    Row row =
        rows.all("videos").stream()
            .filter(found -> found.id() == Long.parseLong(video))
            .findFirst()
            .orElseThrow();
    return blobs.read("videos", ((Number) row.values().get("content_id")).longValue());
  }

  private long pieces(String upload) {
    return rows.all("upload_pieces").stream()
        .filter(row -> ((Number) row.values().get("upload_id")).longValue() == id(upload))
        .count();
  }

  private Row row(String upload) {
    return rows.all("uploads").stream()
        .filter(found -> found.id() == id(upload))
        .findFirst()
        .orElseThrow();
  }

  private static long id(String upload) {
    return Long.parseLong(upload.substring("/uploads/".length()));
  }

  static String draft(Client owner) {
    return owner
        .post(
            "/api/v1/videos",
            "{\"title\": \"T\", \"price\": {\"amountMinor\": 0, \"currency\": \"USD\"}}")
        .is(201)
        .json()
        .get("id")
        .asString();
  }

  static String metadata(String video) {
    return "video " + base64(video);
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  private static String digest(String algorithm, byte[] bytes) throws Exception {
    return Base64.getEncoder().encodeToString(MessageDigest.getInstance(algorithm).digest(bytes));
  }

  /** Bytes that begin like an MP4 file and differ from one another. */
  static byte[] mp4(int size) {
    byte[] file = new byte[size];
    for (int i = 0; i < size; i++) {
      file[i] = (byte) (i * 31 + i / 251);
    }
    byte[] head = "\0\0\0\030ftypisom".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    System.arraycopy(head, 0, file, 0, Math.min(size, head.length));
    return file;
  }
}
