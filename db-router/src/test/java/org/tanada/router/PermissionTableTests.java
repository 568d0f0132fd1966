package org.tanada.router;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.testing.Endpoints;

@Tag("servers")
class PermissionTableTests {
  @Test
  void everyEndpointIsInTheTableAndNothingElse() {
    Router router = Router.get();

    Endpoints.check(router.context.getBean(Permissions.class), Endpoints.of(router.context));
  }
}
