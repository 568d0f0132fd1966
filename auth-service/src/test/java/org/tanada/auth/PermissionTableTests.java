package org.tanada.auth;

import org.junit.jupiter.api.Test;
import org.springframework.context.ApplicationContext;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.testing.Endpoints;

class PermissionTableTests {
  @Test
  void everyEndpointIsInTheTableAndNothingElse() {
    ApplicationContext node = AuthPlatform.shared().nodes.getFirst();

    Endpoints.check(node.getBean(Permissions.class), Endpoints.of(node));
  }
}
