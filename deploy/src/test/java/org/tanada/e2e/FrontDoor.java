package org.tanada.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.tanada.deploy.shop.ShopClient;
import org.tanada.deploy.shop.ShopClient.Account;
import org.tanada.deploy.shop.ShopClient.Answer;

/** The system under test and what all suites do with it. */
final class FrontDoor {
  static final URI ADDRESS = SystemUnderTest.frontDoor();
  static final String PASSWORD = "correct horse battery " + UUID.randomUUID();
  private static final int QUICK_VISITS = 20;
  private static final Duration QUICK = Duration.ofSeconds(1);
  private static final Duration LONGEST_WARM_UP = Duration.ofMinutes(3);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static Account administrator;

  private FrontDoor() {}

  static ShopClient client() {
    return new ShopClient(ADDRESS, Duration.ofSeconds(30), UsedSecrets::note);
  }

  /** Somebody new. */
  static Account somebody(ShopClient shop, String name) throws IOException {
    String username = name + "-" + UUID.randomUUID().toString().substring(0, 8);
    return shop.signUp(
        username, Character.toUpperCase(name.charAt(0)) + name.substring(1), PASSWORD);
  }

  /** The administrator of all suites: there is one, since the last one's role cannot be taken. */
  static synchronized Account administrator(ShopClient shop) throws IOException {
    Account known = administrator;
    if (known == null) {
      known = somebody(shop, "admin");
      int code = SystemUnderTest.tanada("users", "grant", known.username(), "administrator");
      assertThat(code).as(SystemUnderTest.output()).isZero();
      administrator = known;
    }
    return known;
  }

  /** A real video of twelve seconds. */
  static byte[] clip() throws IOException {
    try (InputStream in = org.tanada.deploy.demo.Demo.class.getResourceAsStream("water.mp4")) {
      assertThat(in).isNotNull();
      return in.readAllBytes();
    }
  }

  /** Expects a problem with this status and code. */
  static void assertProblem(Answer answer, int status, String code) {
    assertThat(answer.status()).as("%s: %s", answer.request(), answer.body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    assertThat(answer.json().get("code").asString()).isEqualTo(code);
    assertThat(answer.json().get("type").asString()).isEqualTo("/problems/" + code);
    assertThat(answer.json().get("status").asInt()).isEqualTo(status);
  }

  /** Repeats the assertion until it holds; after two minutes its last failure counts. */
  static void eventually(ThrowingCallable assertion) throws Throwable {
    eventually(PATIENCE, assertion);
  }

  /** The same with another deadline. */
  static void eventually(Duration patience, ThrowingCallable assertion) throws Throwable {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        assertion.call();
        return;
      } catch (AssertionError e) {
        if (System.nanoTime() - end > 0) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  /**
   * Sends these bytes on a connection of their own and returns what comes until the server closes,
   * or falls silent for 3 s.
   */
  static String raw(String request) throws IOException {
    try (Socket socket = new Socket(ADDRESS.getHost(), ADDRESS.getPort())) {
      socket.setSoTimeout(3_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      byte[] buffer = new byte[8192];
      try {
        for (int n = socket.getInputStream().read(buffer);
            n >= 0;
            n = socket.getInputStream().read(buffer)) {
          answer.write(buffer, 0, n);
        }
      } catch (SocketTimeoutException e) {
        assertThat(answer.size()).as("the server answered nothing within 3 s").isPositive();
      }
      return answer.toString(StandardCharsets.UTF_8);
    }
  }

  /**
   * Goes through the shop until it is quick, or for three minutes: services that have just started
   * interpret their code, and what is asked of them first would find them at that.
   */
  static void warmUp() {
    long end = System.nanoTime() + LONGEST_WARM_UP.toNanos();
    int quick = 0;
    try (ShopClient shop = client()) {
      while (quick < QUICK_VISITS && System.nanoTime() < end) {
        long began = System.nanoTime();
        quick = visit(shop, began) && System.nanoTime() - began < QUICK.toNanos() ? quick + 1 : 0;
      }
    }
  }

  /** Whether all of it was answered. */
  private static boolean visit(ShopClient shop, long number) {
    try {
      Account visitor = somebody(shop, "early");
      shop.send("POST", "/api/v1/videos", visitor.accessToken(), ShopClient.video("Early", "", 0))
          .expect(201);
      shop.get("/?n=" + number, null).expect(200);
      shop.get("/api/v1/videos?limit=20", visitor.accessToken()).expect(200);
      return true;
    } catch (IOException e) {
      return false; // too slow yet: it is tried again until the time is over
    }
  }
}
