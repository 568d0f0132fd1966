package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.tanada.common.http.TanadaHeaders;

class HttpTests {
  private final AuthPlatform platform = AuthPlatform.shared();

  @Test
  void onlyOurOwnServicesAreLetIn() throws Exception {
    HttpResponse<String> none = post("/v1/sessions", "{}", null);
    HttpResponse<String> wrong = post("/v1/sessions", "{}", "guess");

    assertThat(none.statusCode()).isEqualTo(401);
    assertThat(wrong.statusCode()).isEqualTo(401);
    assertThat(none.body()).contains("\"code\":\"unauthenticated\"");
  }

  @Test
  void healthIsOpenAndTellsOfTheKey() throws Exception {
    assertThat(get("/actuator/health/readiness", null).statusCode()).isEqualTo(200);
    assertThat(get("/actuator/health", null).body()).contains("signingKeys");
    assertThat(get("/actuator/prometheus", null).statusCode()).isEqualTo(401);
    assertThat(get("/actuator/prometheus", AuthPlatform.OPERATOR).body()).contains("jvm_memory");
  }

  @Test
  void malformedJsonIsAProblem() throws Exception {
    for (String body : new String[] {"", "{", "[]", "\"text\"", "{\"email\": {}}"}) {
      HttpResponse<String> answer = post("/v1/sessions", body, AuthPlatform.CREDENTIAL);

      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":\"malformed-request\"");
      assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
          .startsWith("application/problem+json");
    }
  }

  @Test
  void oversizeBodyIsRefused() throws Exception {
    String body = "{\"email\": \"" + "a".repeat(200_000) + "\", \"password\": \"x\"}";

    assertThat(post("/v1/sessions", body, AuthPlatform.CREDENTIAL).statusCode()).isEqualTo(400);
  }

  @Test
  void missingFieldsAreNamed() throws Exception {
    HttpResponse<String> answer = post("/v1/sessions", "{}", AuthPlatform.CREDENTIAL);

    assertThat(answer.statusCode()).isEqualTo(422);
    assertThat(answer.body()).contains("\"field\":\"email\"");
  }

  @Test
  void wrongTypeInThePathIsAProblem() throws Exception {
    HttpResponse<String> answer = get("/v1/users/abc/sessions", AuthPlatform.CREDENTIAL);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains("\"code\":\"malformed-request\"");
  }

  @Test
  void answerTellsItsTimeAndTrace() throws Exception {
    HttpResponse<String> answer = get("/.well-known/jwks.json", AuthPlatform.CREDENTIAL);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(answer.headers().firstValue("Server-Timing").orElseThrow()).startsWith("auth;dur=");
    assertThat(answer.headers().firstValue("traceparent")).isPresent();
  }

  private HttpResponse<String> get(String path, String credential) throws Exception {
    return send(request(path, credential).GET().build());
  }

  private HttpResponse<String> post(String path, String body, String credential) throws Exception {
    return send(
        request(path, credential)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path, String credential) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(platform.address(0) + path));
    return credential == null
        ? request
        : request.header(TanadaHeaders.SERVICE_CREDENTIAL, credential);
  }

  private static HttpResponse<String> send(HttpRequest request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
  }
}
