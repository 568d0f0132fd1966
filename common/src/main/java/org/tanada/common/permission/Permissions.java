package org.tanada.common.permission;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * The table of who may call what of a service: {@code permissions.txt} among its resources, one
 * rule a line, {@code METHOD /PATTERN WHO…}, comments after {@code #}. The order of lines means
 * nothing: of several patterns that match a path the most specific one counts, as it does where
 * requests are mapped. What no rule is about is refused.
 */
public final class Permissions {
  private static final String EVERY_METHOD = "*";

  private final List<Rule> rules;
  private final List<Matched> inOrder = new ArrayList<>();
  private final Map<String, Rule> literal = new HashMap<>();
  private final List<Matched> patterns = new ArrayList<>();

  /**
   * A table of these rules.
   *
   * @throws IllegalArgumentException if two are about the same
   */
  public Permissions(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    Set<String> endpoints = new LinkedHashSet<>();
    for (Rule rule : rules) {
      if (!endpoints.add(rule.endpoint())) {
        throw new IllegalArgumentException("two rules are about " + rule.endpoint());
      }
      PathPattern pattern = PathPatternParser.defaultInstance.parse(rule.pattern());
      inOrder.add(new Matched(pattern, rule));
      if (!pattern.hasPatternSyntax()) {
        literal.put(rule.endpoint(), rule);
      }
    }
    patterns.addAll(inOrder);
    patterns.sort((a, b) -> PathPattern.SPECIFICITY_COMPARATOR.compare(a.pattern, b.pattern));
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException if a line is none; the service then does not start
   */
  public static Permissions read(Resource table) {
    try {
      return parse(table.getContentAsString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The table with these lines. */
  public static Permissions parse(String lines) {
    return new Permissions(
        lines
            .lines()
            .map(line -> line.contains("#") ? line.substring(0, line.indexOf('#')) : line)
            .filter(line -> !line.isBlank())
            .map(Rule::parse)
            .toList());
  }

  /** All rules, as they stand. */
  public List<Rule> rules() {
    return rules;
  }

  /** Whether some rules are about users, which is for the service's own security to decide. */
  public boolean aboutUsers() {
    return rules.stream().anyMatch(rule -> rule.who().stream().anyMatch(Who::aboutUsers));
  }

  /**
   * The rule about a request; null if there is none, and it is to be refused.
   *
   * @param path as it was sent, without the query
   */
  public @Nullable Rule find(String method, String path) {
    String asked = method.equals("HEAD") ? "GET" : method;
    Rule exact = literal.get(asked + " " + path);
    if (exact != null) {
      return exact;
    }
    PathContainer parsed = PathContainer.parsePath(path);
    for (Matched candidate : patterns) {
      String taken = candidate.rule.method();
      if ((taken.equals(asked) || taken.equals(EVERY_METHOD))
          && candidate.pattern.matches(parsed)) {
        return candidate.rule;
      }
    }
    return null;
  }

  /** The methods that rules have for a path, for {@code Allow}; empty if no rule is about it. */
  public Set<String> methods(String path) {
    PathContainer parsed = PathContainer.parsePath(path);
    Set<String> methods = new LinkedHashSet<>();
    for (Matched candidate : inOrder) {
      if (!candidate.rule.admits(Who.NOBODY) && candidate.pattern.matches(parsed)) {
        methods.add(candidate.rule.method());
      }
    }
    return methods;
  }

  /**
   * Whether it is a question about health, which anybody may ask who reaches this server. The path
   * is compared as it was sent: one that is written in any other way is not taken for it.
   */
  public boolean probe(String method, String path) {
    Rule exact = method.equals("GET") ? literal.get("GET " + path) : null;
    return exact != null && exact.admits(Who.PROBE);
  }

  private record Matched(PathPattern pattern, Rule rule) {}
}
