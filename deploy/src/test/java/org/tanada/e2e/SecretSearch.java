package org.tanada.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Searches texts for secrets: those that it was told, and whatever has the form of one. What it
 * finds it names by kind and place, never by the secret itself.
 *
 * <p>A known secret is found by the first {@value #WINDOW} characters of its longest run of
 * letters, digits, {@code -} and {@code _}, wherever in a longer run they stand. Secrets are
 * random, so that this many of their characters are nobody else's; and part of a secret is too much
 * of it.
 */
final class SecretSearch {
  private static final int WINDOW = 16;
  private static final int MOST_FINDINGS = 20;
  private static final Pattern RUN = Pattern.compile("[A-Za-z0-9_-]{" + WINDOW + ",}");

  private static final Map<String, Pattern> FORMS = forms();

  private final Map<String, String> kinds = new HashMap<>();

  private static Map<String, Pattern> forms() {
    Map<String, Pattern> forms = new LinkedHashMap<>();
    forms.put("a signed token", Pattern.compile("eyJ[\\w-]{10,}\\.eyJ[\\w-]{10,}\\.[\\w-]{20,}"));
    forms.put("a private key", Pattern.compile("-----BEGIN [A-Z ]*PRIVATE KEY-----"));
    forms.put("a session cookie", Pattern.compile("tanada-session=[\\w.-]{16,}"));
    forms.put("a token in a header", Pattern.compile("Bearer [\\w.-]{16,}"));
    forms.put(
        "a password in JSON", Pattern.compile("\\\\*\"password\\\\*\"\\s*:\\s*\\\\*\"[^\"\\\\]"));
    forms.put("a hash of a password", Pattern.compile("\\$argon2id?\\$"));
    return forms;
  }

  /**
   * Searches for this one, too.
   *
   * @param kind what a finding calls it
   */
  SecretSearch add(String kind, String secret) {
    String longest = "";
    Matcher run = RUN.matcher(secret);
    while (run.find()) {
      if (run.group().length() > longest.length()) {
        longest = run.group();
      }
    }
    if (longest.isEmpty()) {
      throw new IllegalArgumentException(kind + " has nothing that could be searched for");
    }
    kinds.put(longest.substring(0, WINDOW), kind);
    return this;
  }

  /** How many secrets it was told. */
  int known() {
    return kinds.size();
  }

  /**
   * What is found in a text.
   *
   * @param name what a finding calls the text
   * @return kind and line of each, the first {@value #MOST_FINDINGS}
   */
  List<String> in(String name, BufferedReader text) throws IOException {
    List<String> found = new ArrayList<>();
    int number = 0;
    for (String line = text.readLine();
        line != null && found.size() < MOST_FINDINGS;
        line = text.readLine()) {
      number++;
      for (String kind : in(line)) {
        found.add(kind + " in " + name + ", line " + number);
      }
    }
    return found;
  }

  private List<String> in(String line) {
    List<String> found = new ArrayList<>();
    Matcher run = RUN.matcher(line);
    while (run.find()) {
      for (int at = run.start(); at + WINDOW <= run.end(); at++) {
        String kind = kinds.get(line.substring(at, at + WINDOW));
        if (kind != null) {
          found.add(kind);
        }
      }
    }
    FORMS.forEach((kind, form) -> {
      if (form.matcher(line).find()) {
        found.add(kind);
      }
    });
    return found;
  }
}
