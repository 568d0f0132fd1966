package org.tanada.app.config;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.tanada.common.account.AccessContract;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AuditContract;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.account.RevocationFeed;
import org.tanada.common.account.Revocations;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.HttpBlobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.http.SecretProperties;
import org.tanada.common.http.TierClients;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.HttpRows;
import org.tanada.common.row.RowsContract;

/** The other tiers as this server calls them; tests put their own in place. */
@Configuration(proxyBeanMethods = false)
class AppConfiguration {
  @Bean
  @ConditionalOnMissingBean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  @ConditionalOnMissingBean
  RowsContract router(TierClients clients) {
    return new HttpRows(clients.caller("router"));
  }

  @Bean
  @ConditionalOnMissingBean
  AccountsContract accounts(TierClients clients) {
    return clients.of(AccountsContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  PersonalDataContract personalData(TierClients clients) {
    return clients.of(PersonalDataContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  ProvidersContract providers(TierClients clients) {
    return clients.of(ProvidersContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  EmailContract emails(TierClients clients) {
    return clients.of(EmailContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  FactorsContract factors(TierClients clients) {
    return clients.of(FactorsContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  PasskeysContract passkeys(TierClients clients) {
    return clients.of(PasskeysContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  Blobs blobs(TierClients clients) {
    return new HttpBlobs(clients);
  }

  @Bean
  @ConditionalOnMissingBean
  AccessContract access(TierClients clients) {
    return clients.of(AccessContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  AdministrationContract administration(TierClients clients) {
    return clients.of(AdministrationContract.class, "auth");
  }

  @Bean
  @ConditionalOnMissingBean
  AuditContract audit(TierClients clients) {
    return clients.of(AuditContract.class, "auth");
  }

  @Bean
  Revocations revocations(InstantSource clock) {
    return new Revocations(clock);
  }

  @Bean
  RevocationFeed revocationFeed(
      AccessContract access, Revocations revocations, AccessTokens tokens, InstantSource clock) {
    return new RevocationFeed(access, revocations, tokens::published, clock);
  }

  @Bean
  AccessTokens accessTokens(
      AccountsContract accounts,
      InstantSource clock,
      Revocations revocations,
      AppProperties properties) {
    return new AccessTokens(accounts::jwks, clock, revocations, properties.tokenClockSkew());
  }

  @Bean
  SignedUrls signedUrls(SecretProperties secrets, InstantSource clock) {
    return new SignedUrls(secrets.urlSigningKey(), clock);
  }

  @Bean
  IdGenerator ids(InstantSource clock) {
    return new IdGenerator(clock, new SecureRandom());
  }
}
