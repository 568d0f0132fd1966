package org.tanada.balancer.upstream;

import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.GatewayProperties;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.server.ServerWebExchange;
import org.tanada.balancer.filter.FieldFilters;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.tls.TlsProperties;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;

/** The HTTP client towards the app servers, and the gateway's filter that uses it. */
@Configuration(proxyBeanMethods = false)
class UpstreamConfiguration {
  @Bean
  HttpClientCustomizer upstreamClient(UpstreamProperties properties, TlsProperties tls) {
    SSLContext trust = tls.trust();
    return client ->
        (trust == null ? client : client.secure(secured(trust)))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(properties.connectTimeout().toMillis()))
            .disableRetry(true) // it does not know what is safe to repeat: UpstreamFilter does
            .responseTimeout(properties.headTimeout());
  }

  private static Consumer<SslProvider.SslContextSpec> secured(SSLContext trust) {
    SslContext context =
        new JdkSslContext(
            trust,
            true,
            null,
            IdentityCipherSuiteFilter.INSTANCE,
            null,
            ClientAuth.NONE,
            null,
            false);
    return spec -> spec.sslContext(context);
  }

  @Bean
  NettyRoutingFilter routingFilter(
      HttpClient client,
      ObjectProvider<List<HttpHeadersFilter>> unused,
      HttpClientProperties clientProperties,
      UpstreamProperties properties,
      CredentialIssuer credentials) {
    clientProperties.setResponseTimeout(properties.headTimeout());
    return new RoutingFilter(
        client,
        unused,
        clientProperties,
        properties.uploadHeadTimeout(),
        FieldFilters.all(credentials));
  }

  /** The gateway makes this one only together with its own routing filter. */
  @Bean
  NettyWriteResponseFilter writeResponseFilter(
      GatewayProperties properties, ObjectProvider<List<HttpHeadersFilter>> trailers) {
    return new NettyWriteResponseFilter(properties.getStreamingMediaTypes(), trailers);
  }

  /** With our header filters alone, and without building a client anew for each request. */
  private static final class RoutingFilter extends NettyRoutingFilter {
    private final HttpClient client;
    private final HttpClient uploadClient;
    private final List<HttpHeadersFilter> fields;

    RoutingFilter(
        HttpClient client,
        ObjectProvider<List<HttpHeadersFilter>> unused,
        HttpClientProperties properties,
        Duration uploadHeadTimeout,
        List<HttpHeadersFilter> fields) {
      super(client, unused, properties);
      this.client = client;
      this.uploadClient = client.responseTimeout(uploadHeadTimeout);
      this.fields = fields;
    }

    @Override
    public List<HttpHeadersFilter> getHeadersFilters() {
      return fields;
    }

    @Override
    protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
      boolean upload = route.getMetadata().containsKey(RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR);
      return upload ? uploadClient : client;
    }
  }
}
