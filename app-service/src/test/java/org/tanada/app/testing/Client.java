package org.tanada.app.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.ServiceName;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who calls the API over real HTTP, as the gateway would pass it on. */
public final class Client {
  /** What a gateway shows. */
  public static final String CREDENTIAL = TestCredentials.of(ServiceName.LB, ServiceName.APP);

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final int port;
  private final List<String> headers = new ArrayList<>();
  private @Nullable JsonNode user;

  /** A client of the server on this port, so far nobody. */
  public Client(int port) {
    this.port = port;
  }

  /** A client that sends one more header with everything. */
  public Client with(String name, String value) {
    Client other = new Client(port);
    other.user = user;
    other.headers.addAll(headers);
    other.headers.add(name);
    other.headers.add(value);
    return other;
  }

  /** Signs a new user up, and in with a token. */
  public static Client newUser(int port) {
    String name = "u" + UUID.randomUUID().toString().substring(0, 12);
    Client anonymous = new Client(port);
    Answer signedUp =
        anonymous.post(
            "/api/v1/users",
            """
            {"email": "%s@example.org", "username": "%s", "displayName": "Mei Tanaka",
             "password": "correct horse"}\
            """
                .formatted(name, name));
    signedUp.is(201);
    Answer tokens =
        anonymous.post(
            "/api/v1/tokens",
            """
            {"grantType": "password", "email": "%s@example.org", "password": "correct horse"}\
            """
                .formatted(name));
    tokens.is(201);
    Client client =
        anonymous.with("Authorization", "Bearer " + tokens.json().get("accessToken").asString());
    client.user = signedUp.json();
    return client;
  }

  /** The id of the user that this client is. */
  public String id() {
    return user().get("id").asString();
  }

  /** The user that this client is. */
  public JsonNode user() {
    if (user == null) {
      throw new IllegalStateException("nobody");
    }
    return user;
  }

  /** GET. */
  public Answer get(String path) {
    return send("GET", path, null, new byte[0]);
  }

  /** POST of JSON. */
  public Answer post(String path, String json) {
    return send("POST", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** PATCH of JSON. */
  public Answer patch(String path, String json) {
    return send("PATCH", path, "application/json", json.getBytes(StandardCharsets.UTF_8));
  }

  /** PUT of a file. */
  public Answer put(String path, String type, byte[] content) {
    return send("PUT", path, type, content);
  }

  /** DELETE. */
  public Answer delete(String path) {
    return send("DELETE", path, null, new byte[0]);
  }

  /** Any request. */
  public Answer send(String method, String path, @Nullable String type, byte[] body) {
    return send(method, path, type, HttpRequest.BodyPublishers.ofByteArray(body));
  }

  /** Any request, with a body that need not fit into memory. */
  public Answer send(
      String method, String path, @Nullable String type, HttpRequest.BodyPublisher body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).method(method, body);
    if (type != null) {
      request.header("Content-Type", type);
    }
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    if (!headers.contains("Tanada-Service-Credential")) {
      request.header("Tanada-Service-Credential", CREDENTIAL);
    }
    try {
      return new Answer(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * An answer.
   *
   * @param response as it came
   */
  public record Answer(HttpResponse<byte[]> response) {
    /** The same answer, if it has this status. */
    public Answer is(int status) {
      if (response.statusCode() != status) {
        throw new AssertionError(
            "expected " + status + ", got " + response.statusCode() + ": " + text());
      }
      return this;
    }

    /** The same answer, if it is this problem. */
    public Answer isProblem(int status, String code) {
      is(status);
      boolean isProblem =
          "application/problem+json".equals(header("Content-Type"))
              && json().get("code").asString().equals(code)
              && json().get("type").asString().equals("/problems/" + code)
              && json().get("status").asInt() == status;
      if (!isProblem) {
        throw new AssertionError("expected problem " + code + ", got " + text());
      }
      return this;
    }

    /** The fields that a 422 names. */
    public List<String> fields() {
      List<String> fields = new ArrayList<>();
      json().path("errors").forEach(error -> fields.add(error.get("field").asString()));
      return fields;
    }

    /** The body as JSON. */
    public JsonNode json() {
      return JSON.readTree(response.body());
    }

    /** The body as text. */
    public String text() {
      return new String(response.body(), StandardCharsets.UTF_8);
    }

    /** A header's first value, or null. */
    public @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    /** All values of a header. */
    public List<String> headers(String name) {
      return response.headers().allValues(name);
    }

    /** The value of the cookie that the answer sets, or null. */
    public @Nullable String cookie(String name) {
      return headers("Set-Cookie").stream()
          .filter(cookie -> cookie.startsWith(name + "="))
          .map(cookie -> cookie.substring(name.length() + 1, cookie.indexOf(';')))
          .findFirst()
          .orElse(null);
    }
  }
}
