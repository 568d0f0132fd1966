package org.tanada.app.session;

import jakarta.servlet.DispatcherType;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.tanada.app.config.AppProperties;
import org.tanada.app.web.Failures;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** One stateless security chain for the API and the pages. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
          + "media-src 'self'; connect-src 'self'; font-src 'self'; manifest-src 'self'; "
          + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  private static final String PERMISSIONS =
      "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()";

  @Bean
  SecurityFilterChain chain(
      HttpSecurity http,
      AccessTokens tokens,
      SessionCookies cookies,
      AppProperties properties,
      Failures failures,
      Authorization authorization) {
    return http.csrf(AbstractHttpConfigurer::disable) // OwnOriginFilter does that, without state
        .formLogin(AbstractHttpConfigurer::disable)
        .httpBasic(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .headers(SecurityConfiguration::headers)
        .addFilterBefore(
            new OwnOriginFilter(cookies, properties, failures), AnonymousAuthenticationFilter.class)
        .addFilterBefore(
            new AuthenticationFilter(tokens, cookies, failures),
            AnonymousAuthenticationFilter.class)
        .authorizeHttpRequests(requests -> {
          requests.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC).permitAll();
          authorization.apply(requests);
        })
        .exceptionHandling(handling ->
            handling
                .authenticationEntryPoint(
                    (request, response, denied) -> authorization.refuse(request, response))
                .accessDeniedHandler(
                    (request, response, denied) -> authorization.refuse(request, response)))
        .build();
  }

  /** Addresses that only an attacker writes, such as those with {@code ..;} in them. */
  @Bean
  RequestRejectedHandler requestRejectedHandler(Failures failures) {
    return (request, response, rejected) ->
        failures.answer(
            request,
            response,
            new ProblemException(
                ProblemCode.MALFORMED_REQUEST, "The address has forbidden characters.", rejected));
  }

  private static void headers(HeadersConfigurer<HttpSecurity> headers) {
    headers
        .cacheControl(HeadersConfigurer.CacheControlConfig::disable) // every answer says its own
        .httpStrictTransportSecurity(HeadersConfigurer.HstsConfig::disable) // nginx's to say
        .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_POLICY))
        .crossOriginOpenerPolicy(policy -> policy.policy(CrossOriginOpenerPolicy.SAME_ORIGIN))
        // not no-referrer: with it browsers send "Origin: null", which OwnOriginFilter refuses
        .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
        .permissionsPolicyHeader(policy -> policy.policy(PERMISSIONS));
  }
}
