package org.tanada.app.content;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.tanada.app.config.AppProperties;
import org.tanada.common.http.ProblemWriter;

/** Puts {@link LimitFilter} before everything that reads bodies. */
@Configuration(proxyBeanMethods = false)
class ContentConfiguration {
  @Bean
  FilterRegistrationBean<LimitFilter> limitFilter(
      AppProperties properties, ProblemWriter problems) {
    FilterRegistrationBean<LimitFilter> registration =
        new FilterRegistrationBean<>(new LimitFilter(properties, problems));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 15);
    return registration;
  }
}
