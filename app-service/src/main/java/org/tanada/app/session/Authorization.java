package org.tanada.app.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AuthorizeHttpRequestsConfigurer;
import org.springframework.stereotype.Component;
import org.tanada.app.web.Failures;
import org.tanada.common.http.ServiceCredentialFilter;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;
import org.tanada.common.permission.Who;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * Holds requests against the table of permissions: the service that asks, and the user. Whose thing
 * it is ({@link Who#OWNER}) is decided by the service that has the row; here such a request must
 * come from a user.
 */
@Component
final class Authorization {
  private static final String RULE = Authorization.class.getName() + ".rule";

  private final Permissions permissions;
  private final Failures failures;

  Authorization(Permissions permissions, Failures failures) {
    this.permissions = permissions;
    this.failures = failures;
  }

  /** One matcher for each kind of rule that the table has; all else is refused. */
  void apply(
      AuthorizeHttpRequestsConfigurer<HttpSecurity>.AuthorizationManagerRequestMatcherRegistry
          requests) {
    requests.requestMatchers(this::ofAnotherService).denyAll();
    Set<Set<Who>> kinds = new LinkedHashSet<>();
    permissions.rules().forEach(rule -> kinds.add(rule.who()));
    for (Set<Who> who : kinds) {
      var matched = requests.requestMatchers(request -> who.equals(whom(request)));
      if (who.contains(Who.ANYONE) || who.contains(Who.SERVICE) || who.contains(Who.PROBE)) {
        matched.permitAll();
      } else if (who.contains(Who.SIGNED_IN) || who.contains(Who.OWNER)) {
        matched.authenticated();
      } else if (who.stream().allMatch(Who::role)) {
        matched.hasAnyRole(who.stream().map(Who::text).toArray(String[]::new));
      } else {
        matched.denyAll();
      }
    }
    requests.anyRequest().denyAll();
  }

  /**
   * Answers a request that was refused. What only some roles may call does not exist for others; so
   * does what no rule is about.
   */
  void refuse(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Rule rule = rule(request);
    if (rule == null) {
      unknown(request, response);
      return;
    }
    Object failure = request.getAttribute(AuthenticationFilter.FAILURE);
    if (ofAnotherService(request)) {
      missing(request, response);
      return;
    }
    boolean aboutUsers = rule.who().stream().anyMatch(Who::aboutUsers);
    if (aboutUsers && failure instanceof ProblemException known) {
      failures.answer(request, response, known); // auth-service could not tell who it is
    } else if (aboutUsers && !rule.byRole()) {
      failures.answer(
          request, response, new ProblemException(ProblemCode.UNAUTHENTICATED, "Sign in first."));
    } else {
      missing(request, response);
    }
  }

  private void unknown(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Set<String> methods = permissions.methods(request.getRequestURI());
    if (methods.isEmpty() || internal(request)) {
      missing(request, response);
      return;
    }
    response.setHeader("Allow", String.join(", ", methods));
    failures.answer(
        request,
        response,
        new ProblemException(
            ProblemCode.METHOD_NOT_ALLOWED, ProblemCode.METHOD_NOT_ALLOWED.advice()));
  }

  private void missing(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    failures.answer(
        request, response, new ProblemException(ProblemCode.NOT_FOUND, "There is nothing here."));
  }

  private Set<Who> whom(HttpServletRequest request) {
    Rule rule = rule(request);
    return rule == null ? EnumSet.noneOf(Who.class) : rule.who();
  }

  /** Looked up once a request. */
  private @Nullable Rule rule(HttpServletRequest request) {
    if (request.getAttribute(RULE) instanceof Rule known) {
      return known;
    }
    Rule rule = permissions.find(request.getMethod(), request.getRequestURI());
    if (rule != null) {
      request.setAttribute(RULE, rule);
    }
    return rule;
  }

  private static boolean internal(HttpServletRequest request) {
    return request.getRequestURI().startsWith("/actuator");
  }

  /** What is internal is not for a gateway's clients, and the gateways' is for them alone. */
  private boolean ofAnotherService(HttpServletRequest request) {
    Rule rule = rule(request);
    return rule != null && !rule.admits(ServiceCredentialFilter.caller(request));
  }
}
