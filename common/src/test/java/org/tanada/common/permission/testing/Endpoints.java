package org.tanada.common.permission.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.http.server.PathContainer;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.handler.AbstractUrlHandlerMapping;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.RequestMappingInfoHandlerMapping;
import org.springframework.web.util.pattern.PathPatternParser;
import org.tanada.common.permission.Permissions;
import org.tanada.common.permission.Rule;

/** Everything that a servlet service answers, as {@code METHOD /PATTERN}. */
public final class Endpoints {
  private Endpoints() {}

  /**
   * All that is mapped: controllers and contracts, the actuator, handlers of addresses, and
   * servlets beside Spring's own.
   */
  public static Set<String> of(ApplicationContext context) {
    Set<String> all = new TreeSet<>();
    for (HandlerMapping mapping : context.getBeansOfType(HandlerMapping.class).values()) {
      switch (mapping) {
        case RequestMappingInfoHandlerMapping methods ->
            methods.getHandlerMethods().keySet().forEach(info -> add(all, info));
        case AbstractUrlHandlerMapping addresses ->
            addresses.getHandlerMap().keySet().forEach(pattern -> all.add("GET " + pattern));
        default -> {
          // welcome pages and router functions: neither is used, see the check below
          assertThat(mapping.getClass().getSimpleName())
              .isIn("RouterFunctionMapping", "WelcomePageHandlerMapping");
        }
      }
    }
    assertThat(
            context.getBeanNamesForType(
                org.springframework.web.servlet.function.RouterFunction.class))
        .isEmpty();
    for (ServletRegistrationBean<?> servlet :
        context.getBeansOfType(ServletRegistrationBean.class).values()) {
      Collection<String> paths = servlet.getUrlMappings();
      paths.stream().filter(path -> !path.equals("/")).forEach(path -> all.add("POST " + path));
    }
    return all;
  }

  private static void add(Set<String> all, RequestMappingInfo info) {
    for (String pattern : info.getPatternValues()) {
      var methods = info.getMethodsCondition().getMethods();
      if (methods.isEmpty()) {
        all.add("* " + pattern);
      }
      methods.forEach(method -> all.add(method + " " + pattern));
    }
  }

  /**
   * Fails if an endpoint is not in the table, or if the table has one that does not exist. A rule
   * for a single address under an endpoint of many is about that endpoint, too.
   */
  public static void check(Permissions permissions, Set<String> endpoints) {
    Set<String> ruled = new TreeSet<>();
    permissions.rules().stream()
        .filter(rule -> endpoints.contains(rule.endpoint()) || !narrower(rule, endpoints))
        .forEach(rule -> ruled.add(rule.endpoint()));
    assertThat(ruled).as("the table against what is mapped").isEqualTo(endpoints);
  }

  private static boolean narrower(Rule rule, Set<String> endpoints) {
    return endpoints.stream()
        .filter(endpoint -> endpoint.startsWith(rule.method() + " ") && endpoint.endsWith("**"))
        .map(endpoint -> endpoint.substring(endpoint.indexOf(' ') + 1))
        .anyMatch(pattern ->
            PathPatternParser.defaultInstance
                .parse(pattern)
                .matches(PathContainer.parsePath(rule.pattern())));
  }
}
