package org.tanada.deploy.nginx;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fills {@code ${UPPER_CASE}} in a template; nginx's own variables are in lower case. */
final class Template {
  private static final Pattern NAME = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)}");

  private Template() {}

  /**
   * The text with its names replaced. A line that consists of a name whose value is empty goes.
   *
   * @throws IllegalArgumentException if the template has a name without a value
   */
  static String fill(String template, Map<String, String> values) {
    StringBuilder filled = new StringBuilder();
    for (String line : template.split("\n", -1)) {
      String text = fillLine(line, values);
      if (!text.isBlank() || line.isBlank()) {
        filled.append(text).append('\n');
      }
    }
    filled.setLength(filled.length() - 1); // split gave one empty line more
    return filled.toString();
  }

  private static String fillLine(String line, Map<String, String> values) {
    Matcher matcher = NAME.matcher(line);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalArgumentException("no value for " + matcher.group() + " of a template");
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }
}
