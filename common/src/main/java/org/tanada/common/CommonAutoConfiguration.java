package org.tanada.common;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.core.io.Resource;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.credential.CredentialProperties;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.http.NodeProperties;
import org.tanada.common.http.TierClientProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.lifecycle.DrainLifecycle;
import org.tanada.common.membership.DnsMembership;
import org.tanada.common.membership.FileMembership;
import org.tanada.common.membership.LiveTiers;
import org.tanada.common.membership.Membership;
import org.tanada.common.membership.MembershipProperties;
import org.tanada.common.permission.Permissions;
import org.tanada.common.tls.TlsProperties;
import tools.jackson.databind.json.JsonMapper;

/** What every service has: who it is, who the others are, who may call it, and how it leaves. */
@AutoConfiguration
@EnableConfigurationProperties({
  NodeProperties.class,
  CredentialProperties.class,
  MembershipProperties.class,
  TierClientProperties.class,
  TlsProperties.class
})
public class CommonAutoConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Membership membership(MembershipProperties properties, TlsProperties tls) {
    return switch (properties.source()) {
      case FILE -> {
        if (properties.file() == null) {
          throw new IllegalArgumentException("tanada.membership.file is not set");
        }
        yield new FileMembership(properties.file(), properties.refresh());
      }
      case DNS ->
          new DnsMembership(properties.dns(), properties.dnsFile(), properties.refresh(), tls.on());
    };
  }

  @Bean
  @ConditionalOnMissingBean
  LiveTiers liveTiers(Membership membership, MembershipProperties properties, TlsProperties tls) {
    return new LiveTiers(
        membership, properties.probeInterval(), properties.probeTimeout(), tls.trust());
  }

  @Bean
  @ConditionalOnMissingBean
  TierClients tierClients(
      LiveTiers tiers,
      CredentialIssuer credentials,
      TierClientProperties limits,
      TlsProperties tls) {
    return new TierClients(tiers, credentials, limits, JsonMapper.builder().build(), tls.trust());
  }

  @Bean
  CredentialIssuer credentialIssuer(CredentialProperties properties) {
    return new CredentialIssuer(properties.directory());
  }

  @Bean
  CredentialVerifier credentialVerifier(
      CredentialProperties properties, CredentialIssuer credentials) {
    return new CredentialVerifier(properties.directory(), credentials.service());
  }

  @Bean
  Permissions permissions(
      @Value("${tanada.permissions:classpath:permissions.txt}") Resource permissions) {
    return Permissions.read(permissions);
  }

  @Bean
  DrainLifecycle drainLifecycle(ApplicationEventPublisher events, NodeProperties node) {
    return new DrainLifecycle(events, node.drainDelay());
  }
}
