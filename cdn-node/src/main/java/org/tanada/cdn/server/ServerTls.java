package org.tanada.cdn.server;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.tanada.cdn.config.NettyTls;
import org.tanada.common.tls.TlsEnvironment;

/** The TLS that the data path shows; connections after a replaced certificate show the new one. */
final class ServerTls {
  private volatile SslContext context;

  ServerTls(SslBundles bundles) {
    this.context = context(bundles.getBundle(TlsEnvironment.BUNDLE));
    bundles.addBundleUpdateHandler(TlsEnvironment.BUNDLE, fresh -> context = context(fresh));
  }

  /** What stands first in the pipeline of a new connection. */
  SslHandler handler(ByteBufAllocator allocator) {
    return context.newHandler(allocator);
  }

  private static SslContext context(SslBundle bundle) {
    return NettyTls.of(bundle.createSslContext(), false);
  }
}
