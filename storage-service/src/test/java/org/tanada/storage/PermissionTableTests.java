package org.tanada.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.credential.testing.TestCredentials;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.permission.testing.Endpoints;

class PermissionTableTests {
  @Test
  void everyServiceMayDoWhatIsItsOwn(@TempDir Path root) throws Exception {
    try (StorageCluster cluster = new StorageCluster(root, "profiles").list(1).start(1)) {
      assertThat(status(cluster, ServiceName.EDGE, "GET", "/media/profiles/7")).isEqualTo(404);
      assertThat(status(cluster, ServiceName.EDGE, "DELETE", "/v1/blobs/7")).isEqualTo(403);
      assertThat(status(cluster, ServiceName.EDGE, "GET", "/internal/replicas/7")).isEqualTo(403);
      assertThat(status(cluster, ServiceName.APP, "GET", "/internal/replicas/7")).isEqualTo(403);
      assertThat(status(cluster, ServiceName.STORAGE, "DELETE", "/v1/blobs/7")).isEqualTo(403);
      assertThat(status(cluster, ServiceName.LB, "GET", "/media/profiles/7")).isEqualTo(403);
      assertThat(status(cluster, ServiceName.APP, "GET", "/actuator/prometheus")).isEqualTo(403);
    }
  }

  private static int status(
      StorageCluster cluster, ServiceName caller, String method, String path) {
    return cluster
        .send(
            cluster
                .request(1, path)
                .setHeader(
                    "Tanada-Service-Credential", TestCredentials.of(caller, ServiceName.STORAGE))
                .method(method, HttpRequest.BodyPublishers.noBody()))
        .statusCode();
  }

  @Test
  void everyEndpointIsInTheTableAndNothingElse(@TempDir Path root) throws Exception {
    try (StorageCluster cluster = new StorageCluster(root, "videos").list(1).start(1)) {
      Endpoints.check(cluster.bean(1, Permissions.class), Endpoints.of(cluster.context(1)));
    }
  }
}
