package org.tanada.deploy.board;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.topology.Kind;
import org.tanada.deploy.topology.Purpose;

/**
 * The compose file of boards for a shelf's purposes of files: a service like that of invoices for
 * each one that was added, and in every service what it is told of the purposes.
 */
final class BoardCompose {
  private static final String EXAMPLE = "invoices";
  private static final String EDGE = "cdn-node";
  private static final String STORAGE = "storage-service-";
  private static final String CREDENTIALS = "TANADA_STORAGE_S3_CREDENTIALS";
  private static final String CREDENTIALS_INSIDE = "/run/s3-credentials";
  private static final Pattern SERVICE = Pattern.compile("(?m)^  ([a-z][a-z0-9-]*):\\n");
  private static final Pattern ENVIRONMENT = Pattern.compile("(?m)^    environment:\\n");
  private static final Pattern VOLUMES = Pattern.compile("(?m)^    volumes: \\[(.*)]$");

  private BoardCompose() {}

  /**
   * The file.
   *
   * @param shipped as it is for the usual purposes
   */
  static String of(String shipped, BoardPlan plan) {
    int begin = shipped.indexOf("\nservices:\n") + 1;
    Map<String, String> services = services(shipped.substring(begin));
    String example = services.get(STORAGE + EXAMPLE);
    if (example == null) {
      throw new IllegalStateException("the compose file of boards has no " + STORAGE + EXAMPLE);
    }
    Set<String> tiers = new TreeSet<>();
    plan.nodes().stream()
        .filter(node -> node.kind() == Kind.STORAGE)
        .forEach(node -> tiers.add(node.tier()));
    for (String tier : tiers) {
      String name = Purpose.name(tier);
      services.computeIfAbsent(
          STORAGE + name,
          _ ->
              example
                  .replace(EXAMPLE, name)
                  .replace(EXAMPLE.toUpperCase(Locale.ROOT), name.toUpperCase(Locale.ROOT)));
      services.computeIfPresent(
          STORAGE + name, (_, service) -> told(service, plan.purposeSettings(tier)));
    }
    services.computeIfPresent(EDGE, (_, service) -> told(service, plan.purposeSettings("edge")));
    return shipped.substring(0, begin) + "services:\n" + String.join("", services.values());
  }

  /** The services by their names, each with its lines; comments before one belong to it. */
  private static Map<String, String> services(String text) {
    List<Integer> begins = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Matcher service = SERVICE.matcher(text);
    while (service.find()) {
      names.add(service.group(1));
      int begin = service.start();
      for (int line = text.lastIndexOf('\n', begin - 2) + 1;
          text.startsWith("  #", line);
          line = text.lastIndexOf('\n', begin - 2) + 1) {
        begin = line;
      }
      begins.add(begin);
    }
    Map<String, String> services = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      int end = i + 1 < begins.size() ? begins.get(i + 1) : text.length();
      services.put(names.get(i), text.substring(begins.get(i), end));
    }
    return services;
  }

  /** The service with more variables in its environment. */
  private static String told(String service, Map<String, String> settings) {
    if (settings.isEmpty()) {
      return service;
    }
    Map<String, String> all = new LinkedHashMap<>(settings);
    String mounting = service;
    String credentials = all.get(CREDENTIALS);
    if (credentials != null) {
      all.put(CREDENTIALS, CREDENTIALS_INSIDE);
      String mount = quoted(credentials + ":" + CREDENTIALS_INSIDE + ":ro");
      mounting =
          VOLUMES
              .matcher(service)
              .replaceFirst(found ->
                  Matcher.quoteReplacement("    volumes: [" + found.group(1) + ", " + mount + "]"));
    }
    StringBuilder lines = new StringBuilder("    environment:\n");
    all.forEach((key, value) -> lines.append("      %s: %s%n".formatted(key, quoted(value))));
    // what "<<" brings is overruled by what stands beside it, wherever that is
    return ENVIRONMENT.matcher(mounting).replaceFirst(Matcher.quoteReplacement(lines.toString()));
  }

  /** As YAML and compose read it back: a dollar sign would be a variable. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "''").replace("$", "$$") + "'";
  }
}
