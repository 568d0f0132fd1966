package org.tanada.storage.blob;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.springframework.boot.tomcat.TomcatConnectorCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How the web server meets uploads, and sends files. */
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

  /**
   * Files leave by 32 KiB from outside of the heap: by Tomcat's 8 from the heap, a megabyte is 128
   * calls of the system, each with a copy of its own.
   */
  @Bean
  TomcatConnectorCustomizer sendsFilesByLargeParts() {
    return connector -> {
      connector.setProperty("socket.directBuffer", "true");
      connector.setProperty("socket.appWriteBufSize", "32768");
    };
  }
}
