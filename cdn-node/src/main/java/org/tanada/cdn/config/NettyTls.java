package org.tanada.cdn.config;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import javax.net.ssl.SSLContext;

/** TLS of the JDK as Netty takes it. */
public final class NettyTls {
  private NettyTls() {}

  /** For the client's side of connections, or the server's, which asks for no certificate. */
  public static SslContext of(SSLContext context, boolean client) {
    return new JdkSslContext(
        context,
        client,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        null,
        ClientAuth.NONE,
        null,
        false);
  }
}
