package org.tanada.storage.blob;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the web server meets uploads. */
@Configuration(proxyBeanMethods = false)
class StorageConfiguration {
  /**
   * An upload is invited ({@code 100 Continue}) only when its first byte is read, that is after all
   * checks of its head: a refused one is answered instead, and nothing of it is spent. An encoded
   * slash in an id reaches the check of ids.
   */
  @Bean
  TomcatConnectorCustomizer invitesUploadsLate() {
    return connector -> {
      connector.setEncodedSolidusHandling("passthrough");
      if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
        http.setContinueResponseTiming("onRead");
      }
    };
  }
}
