package org.tanada.storage;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.testing.Endpoints;

class PermissionTableTests {
  @Test
  void everyEndpointIsInTheTableAndNothingElse(@TempDir Path root) throws Exception {
    try (StorageCluster cluster = new StorageCluster(root, "videos").list(1).start(1)) {
      Endpoints.check(cluster.bean(1, Permissions.class), Endpoints.of(cluster.context(1)));
    }
  }
}
