package org.tanada.app.data;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.tanada.app.config.AppProperties;

/** Puts {@link SeenFilter} before the security chain, which tells who reads. */
@Configuration(proxyBeanMethods = false)
class DataConfiguration {
  @Bean
  FilterRegistrationBean<SeenFilter> seenFilter(AppProperties properties) {
    FilterRegistrationBean<SeenFilter> registration =
        new FilterRegistrationBean<>(new SeenFilter(properties));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 20);
    return registration;
  }
}
