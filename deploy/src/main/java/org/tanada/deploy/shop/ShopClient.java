package org.tanada.deploy.shop;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client of the shop's public API and pages: nothing but HTTP through the front door. It does not
 * retry; what a caller wants repeated it repeats itself, with the same idempotency key.
 */
public final class ShopClient implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String JSON_TYPE = "application/json";

  private final URI front;
  private final Duration timeout;
  private final Consumer<Answer> observer;
  private final UnaryOperator<HttpRequest.Builder> prepare;
  private final HttpClient http;

  /**
   * A client of one installation.
   *
   * @param front the front door, for example {@code http://localhost:8080}
   * @param timeout for one exchange, its body included
   */
  public ShopClient(URI front, Duration timeout) {
    this(front, timeout, answer -> {});
  }

  /** The same, which shows every answer to somebody before it returns it. */
  public ShopClient(URI front, Duration timeout, Consumer<Answer> observer) {
    this(front, timeout, observer, request -> request, null);
  }

  /**
   * The same for an app server that is asked past the front door: each request is prepared.
   *
   * @param tls for an app server that speaks TLS
   */
  public ShopClient(
      URI front,
      Duration timeout,
      Consumer<Answer> observer,
      UnaryOperator<HttpRequest.Builder> prepare,
      @Nullable SSLContext tls) {
    this.front = front;
    this.timeout = timeout;
    this.observer = observer;
    this.prepare = prepare;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .followRedirects(HttpClient.Redirect.NEVER)
            .executor(Executors.newVirtualThreadPerTaskExecutor());
    this.http = (tls == null ? builder : builder.sslContext(tls)).build();
  }

  /** A GET; {@code token} is an access token or null. */
  public Answer get(String path, @Nullable String token, String... headers) throws IOException {
    return exchange("GET", path, token, HttpRequest.BodyPublishers.noBody(), null, headers);
  }

  /** A request with a JSON body; null sends none. */
  public Answer send(
      String method, String path, @Nullable String token, @Nullable Object body, String... headers)
      throws IOException {
    HttpRequest.BodyPublisher publisher =
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
    return exchange(method, path, token, publisher, body == null ? null : JSON_TYPE, headers);
  }

  /** A PUT of a file's bytes. */
  public Answer upload(String path, @Nullable String token, String contentType, byte[] content)
      throws IOException {
    return exchange(
        "PUT", path, token, HttpRequest.BodyPublishers.ofByteArray(content), contentType);
  }

  /** A GET of a file's bytes, at an address that needs no token. */
  public Download download(String path, String... headers) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(front.resolve(path)).timeout(timeout);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<byte[]> response = send(request, HttpResponse.BodyHandlers.ofByteArray());
    return new Download(response.statusCode(), response.body());
  }

  /** Signs up and in; the account's password is the one given. */
  public Account signUp(String username, String displayName, String password) throws IOException {
    String email = username + "@example.net";
    Answer created =
        send(
                "POST",
                "/api/v1/users",
                null,
                Map.of(
                    "email",
                    email,
                    "username",
                    username,
                    "displayName",
                    displayName,
                    "password",
                    password),
                "Idempotency-Key",
                UUID.nameUUIDFromBytes((username + password).getBytes(StandardCharsets.UTF_8))
                    .toString())
            .expect(201);
    return new Account(
        created.json().get("id").asString(), username, email, token(email, password));
  }

  /** An access token by password. */
  public String token(String email, String password) throws IOException {
    return send(
            "POST",
            "/api/v1/tokens",
            null,
            Map.of("grantType", "password", "email", email, "password", password))
        .expect(201)
        .json()
        .get("accessToken")
        .asString();
  }

  /** Signs in as a browser does: the session cookie's whole {@code Set-Cookie}. */
  public String session(String email, String password) throws IOException {
    Answer opened =
        send("POST", "/api/v1/sessions", null, Map.of("email", email, "password", password))
            .expect(201);
    return opened.headers().getOrDefault("set-cookie", List.of()).stream()
        .filter(cookie -> cookie.contains("tanada-session="))
        .findFirst()
        .orElseThrow(() -> new IOException("signing in gave no session cookie"));
  }

  /** Name and value of a {@code Set-Cookie}, as a client sends them back. */
  public static String pair(String setCookie) {
    return setCookie.substring(0, setCookie.indexOf(';'));
  }

  /** Creates, fills and publishes a video; its id. */
  public String publish(
      String token,
      String title,
      String description,
      long priceMinor,
      String contentType,
      byte[] content)
      throws IOException {
    String id =
        send("POST", "/api/v1/videos", token, video(title, description, priceMinor))
            .expect(201)
            .json()
            .get("id")
            .asString();
    upload("/api/v1/videos/" + id + "/content", token, contentType, content).expect(201);
    send("POST", "/api/v1/videos/" + id + "/publication", token, null).expect(200);
    return id;
  }

  /** The body of a new video. */
  public static Map<String, Object> video(String title, String description, long priceMinor) {
    return Map.of(
        "title",
        title,
        "description",
        description,
        "price",
        Map.of("amountMinor", priceMinor, "currency", "USD"));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private Answer exchange(
      String method,
      String path,
      @Nullable String token,
      HttpRequest.BodyPublisher body,
      @Nullable String contentType,
      String... headers)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(front.resolve(path)).timeout(timeout).method(method, body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response =
        send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    Answer answer =
        new Answer(
            method + " " + path, response.statusCode(), response.headers().map(), response.body());
    observer.accept(answer);
    return answer;
  }

  private <T> HttpResponse<T> send(HttpRequest.Builder request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    try {
      return http.send(prepare.apply(request).build(), handler);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Somebody who is signed in.
   *
   * @param id of the user
   * @param username user name
   * @param email address
   * @param accessToken for {@code Authorization: Bearer}; valid for about ten minutes
   */
  public record Account(String id, String username, String email, String accessToken) {
    @Override
    public String toString() {
      return "Account[" + username + "]";
    }
  }

  /**
   * The bytes of a file, or of a part of it.
   *
   * @param status HTTP status
   * @param body all of them
   */
  @SuppressWarnings("ArrayRecordComponent") // made by one reader for itself
  public record Download(int status, byte[] body) {}

  /**
   * An answer, its body read to the end.
   *
   * @param request what was asked, for messages
   * @param status HTTP status
   * @param headers by lower-case name
   * @param body as text in UTF-8
   */
  public record Answer(String request, int status, Map<String, List<String>> headers, String body) {
    /** The first value of a header, or null. */
    public @Nullable String header(String name) {
      List<String> values = headers.get(name.toLowerCase(java.util.Locale.ROOT));
      return values == null || values.isEmpty() ? null : values.getFirst();
    }

    /** The body as JSON. */
    public JsonNode json() {
      return JSON.readTree(body);
    }

    /**
     * This answer, if it has the status.
     *
     * @throws IOException saying what came instead
     */
    public Answer expect(int expected) throws IOException {
      if (status != expected) {
        throw new IOException(
            request
                + " answered "
                + status
                + " instead of "
                + expected
                + ": "
                + body.substring(0, Math.min(300, body.length())));
      }
      return this;
    }
  }
}
