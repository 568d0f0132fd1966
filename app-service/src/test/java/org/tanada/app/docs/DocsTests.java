package org.tanada.app.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.tanada.app.testing.AppTest;
import org.tanada.app.testing.Client;
import org.tanada.app.testing.Client.Answer;
import tools.jackson.databind.JsonNode;

@AppTest
class DocsTests {
  @LocalServerPort int port;

  @Test
  void everyCallIsDescribedWithItsProblems() {
    JsonNode api = new Client(port).get("/api/v1/openapi.json").is(200).json();

    JsonNode paths = api.get("paths");
    for (String path :
        new String[] {
          "/api/v1/users",
          "/api/v1/users/{id}",
          "/api/v1/me",
          "/api/v1/me/avatar",
          "/api/v1/me/export",
          "/api/v1/me/password",
          "/api/v1/me/factors",
          "/api/v1/me/factors/totp",
          "/api/v1/me/factors/recovery-codes",
          "/api/v1/me/proofs",
          "/api/v1/sessions",
          "/api/v1/sessions/codes",
          "/api/v1/sessions/current",
          "/api/v1/sessions/{id}",
          "/api/v1/tokens",
          "/api/v1/videos",
          "/api/v1/videos/{id}",
          "/api/v1/videos/{id}/content",
          "/api/v1/videos/{id}/publication",
          "/api/v1/videos/{id}/playback",
          "/api/v1/orders",
          "/api/v1/orders/{id}",
          "/api/v1/orders/{id}/invoice",
          "/api/v1/sales",
          "/api/v1/health",
          "/.well-known/jwks.json"
        }) {
      assertThat(paths.has(path)).as(path).isTrue();
      paths
          .get(path)
          .forEach(call -> assertThat(call.path("summary").asString("")).as(path).isNotBlank());
    }
    assertThat(paths.at("/~1api~1v1~1orders/post/responses/409/description").asString())
        .contains("already-bought");
    assertThat(api.at("/components/schemas/Video/properties/id/type").asString())
        .isEqualTo("string");
    assertThat(api.at("/components/schemas").has("Identity")).isFalse();
  }

  @Test
  void tryItPageLoadsNothingFromElsewhere() {
    Client client = new Client(port);
    Answer page = client.get("/docs").is(200);

    assertThat(page.text()).doesNotContain("https://", "http://", "<script>");
    for (String file :
        new String[] {"docs.css", "docs.js", "swagger-ui.css", "swagger-ui-bundle.js"}) {
      assertThat(page.text()).contains("/docs/" + file);
      client.get("/docs/" + file).is(200);
    }
    client.get("/docs/application.yml").is(404);
    assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
  }
}
