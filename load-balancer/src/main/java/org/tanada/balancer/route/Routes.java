package org.tanada.balancer.route;

import org.springframework.cloud.gateway.route.RouteLocator;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tanada.balancer.filter.Target;

/**
 * All goes to the app servers. Uploads have a route of their own because the time until the answer
 * counts from the end of the body for them, and from the beginning for everything else.
 */
@Configuration(proxyBeanMethods = false)
class Routes {
  /** A route needs an address; the server is chosen anew for each request. */
  private static final String APP = "http://app";

  @Bean
  RouteLocator routeLocator(RouteLocatorBuilder builder) {
    return builder
        .routes()
        .route(
            "uploads",
            spec ->
                spec.predicate(Target::isUpload)
                    .metadata(RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR, -1L)
                    .uri(APP))
        .route("app", spec -> spec.alwaysTrue().uri(APP))
        .build();
  }
}
