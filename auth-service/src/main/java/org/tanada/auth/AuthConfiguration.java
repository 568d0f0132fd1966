package org.tanada.auth;

import java.security.SecureRandom;
import java.time.InstantSource;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.tanada.common.http.TierClients;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.row.HttpRows;
import org.tanada.common.row.RowsContract;

/** What the features share: time, randomness, ids and the way to the rows. */
@Configuration(proxyBeanMethods = false)
class AuthConfiguration {
  @Bean
  @ConditionalOnMissingBean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Bean
  SecureRandom secureRandom() {
    return new SecureRandom();
  }

  @Bean
  IdGenerator idGenerator(InstantSource clock, SecureRandom random) {
    return new IdGenerator(clock, random);
  }

  @Bean
  RowsContract rowsContract(TierClients clients) {
    return new HttpRows(clients.caller("router"));
  }

  /** The credential filter of {@code common} stands before this chain and lets in services only. */
  @Bean
  SecurityFilterChain security(HttpSecurity http) {
    return http.csrf(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .formLogin(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .sessionManagement(
            sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }
}
