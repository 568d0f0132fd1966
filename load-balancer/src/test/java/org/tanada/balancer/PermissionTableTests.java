package org.tanada.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.context.ApplicationContext;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.result.method.RequestMappingInfoHandlerMapping;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.testing.Endpoints;

class PermissionTableTests {
  @Test
  void everyEndpointIsInTheTableAndNothingElse() {
    try (Gateway gateway = new Gateway(List.of())) {
      ApplicationContext context = gateway.context();

      Endpoints.check(context.getBean(Permissions.class), endpoints(context));
    }
  }

  /** The routes of the data side, and the endpoints of the control side. */
  private static Set<String> endpoints(ApplicationContext context) {
    List<Route> routes =
        context
            .getBean("cachedCompositeRouteLocator", RouteLocator.class)
            .getRoutes()
            .collectList()
            .block();
    assertThat(routes)
        .extracting(Route::getId)
        .containsExactly("uploads", "app"); // all of both: /**
    assertThat(context.getBeanNamesForType(RouterFunction.class)).isEmpty();
    context
        .getBeansOfType(RequestMappingInfoHandlerMapping.class)
        .values()
        .forEach(mapping -> assertThat(mapping.getHandlerMethods()).isEmpty());
    Set<String> all = new TreeSet<>(Set.of("* /**", "GET /**", "GET /actuator"));
    context
        .getBean(WebEndpointsSupplier.class)
        .getEndpoints()
        .forEach(endpoint ->
            endpoint
                .getOperations()
                .forEach(operation ->
                    all.add(
                        operation.getRequestPredicate().getHttpMethod()
                            + " /actuator/"
                            + operation.getRequestPredicate().getPath().replace("{*path}", "**"))));
    return all;
  }
}
