package org.tanada.app.page;

import jakarta.servlet.MultipartConfigElement;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.Failures;

/** How forms with files are taken. */
@Configuration(proxyBeanMethods = false)
class PageConfiguration {
  /** Files go to the disk while they arrive, never to RAM; who may send them: see the filter. */
  @Bean
  MultipartConfigElement multipartConfigElement(AppProperties limits) {
    long file = limits.maxVideoSize().toBytes();
    return new MultipartConfigElement("", file, file + FormUploadFilter.FIELDS.toBytes(), 0);
  }

  @Bean
  FilterRegistrationBean<FormUploadFilter> formUploadFilter(
      AppProperties limits, Failures failures) {
    FilterRegistrationBean<FormUploadFilter> registration =
        new FilterRegistrationBean<>(new FormUploadFilter(limits, failures));
    registration.setOrder(0); // behind Spring Security's, which knows who it is
    return registration;
  }
}
