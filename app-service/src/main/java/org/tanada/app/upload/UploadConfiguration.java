package org.tanada.app.upload;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.tanada.app.web.Failures;

/** Puts {@link TusFilter} before what asks who it is. */
@Configuration(proxyBeanMethods = false)
class UploadConfiguration {
  @Bean
  FilterRegistrationBean<TusFilter> tusFilter(Failures failures) {
    FilterRegistrationBean<TusFilter> registration =
        new FilterRegistrationBean<>(new TusFilter(failures));
    registration.addUrlPatterns("/uploads", "/uploads/*");
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE + 16);
    return registration;
  }
}
