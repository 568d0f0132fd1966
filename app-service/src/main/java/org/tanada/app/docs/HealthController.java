package org.tanada.app.docs;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.security.SecurityRequirements;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.tanada.common.http.NodeProperties;

/** Whether the way through to an app server is open. */
@RestController
@Tag(name = "Health")
@SecurityRequirements
class HealthController {
  private final NodeProperties node;

  HealthController(NodeProperties node) {
    this.node = node;
  }

  @GetMapping("/api/v1/health")
  @Operation(
      summary = "Whether an app server answers",
      description = "Names the server: asked again, another one answers.")
  ResponseEntity<Health> health() {
    return ResponseEntity.ok()
        .header("Cache-Control", "no-store")
        .body(new Health("up", node.node()));
  }

  /**
   * An app server that answers.
   *
   * @param status always {@code up}
   * @param node which one
   */
  record Health(String status, String node) {}
}
