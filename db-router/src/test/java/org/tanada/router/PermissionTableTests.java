package org.tanada.router;

import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.testing.Endpoints;
import org.tanada.router.server.DataPathServer;

@Tag("servers")
class PermissionTableTests {
  @Test
  void everyEndpointIsInTheTableAndNothingElse() {
    Router router = Router.get();
    Set<String> endpoints = Endpoints.of(router.context);
    router
        .context
        .getBean(DataPathServer.class)
        .paths()
        .forEach(path -> endpoints.add("POST " + path));

    Endpoints.check(router.context.getBean(Permissions.class), endpoints);
  }
}
