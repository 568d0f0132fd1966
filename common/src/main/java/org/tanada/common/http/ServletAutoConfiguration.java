package org.tanada.common.http;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.permission.Permissions;
import tools.jackson.databind.json.JsonMapper;

/**
 * What every servlet service has: quick answers to probes, trace and timing on all others, the
 * credential check, problems for errors.
 */
@AutoConfiguration(after = HealthEndpointAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@Import(ProblemAdvice.class)
public class ServletAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  ProblemWriter problemWriter() {
    return new ProblemWriter(JsonMapper.builder().build());
  }

  @Bean
  FilterRegistrationBean<ReadinessFilter> readinessFilter(HealthEndpoint health) {
    FilterRegistrationBean<ReadinessFilter> registration =
        new FilterRegistrationBean<>(new ReadinessFilter(health));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  FilterRegistrationBean<RequestFilter> requestFilter(NodeProperties node) {
    FilterRegistrationBean<RequestFilter> registration =
        new FilterRegistrationBean<>(new RequestFilter(node));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  @Bean
  FilterRegistrationBean<ServiceCredentialFilter> serviceCredentialFilter(
      CredentialVerifier credentials, Permissions permissions, ProblemWriter problems) {
    FilterRegistrationBean<ServiceCredentialFilter> registration =
        new FilterRegistrationBean<>(
            new ServiceCredentialFilter(credentials, permissions, problems));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 10);
    return registration;
  }

  /** Where rules are about users, the service's own security chain holds the table. */
  @Bean
  FilterRegistrationBean<PermissionFilter> permissionFilter(
      Permissions permissions, ProblemWriter problems) {
    FilterRegistrationBean<PermissionFilter> registration =
        new FilterRegistrationBean<>(new PermissionFilter(permissions, problems));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 15);
    registration.setEnabled(!permissions.aboutUsers());
    return registration;
  }
}
