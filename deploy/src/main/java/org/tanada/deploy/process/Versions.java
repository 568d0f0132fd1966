package org.tanada.deploy.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.build.Binaries;

/** Versions of the system's programs, asked once each. */
final class Versions {
  private static final Pattern NUMBER = Pattern.compile("\\d+\\.\\d+(\\.\\d+)?");
  private static final Map<String, String> KNOWN = new ConcurrentHashMap<>();

  private Versions() {}

  /** The version that a program tells, or an empty text. */
  static String of(String program, String option) {
    return KNOWN.computeIfAbsent(program, name -> ask(name, option));
  }

  private static String ask(String program, String option) {
    try {
      Process process =
          new ProcessBuilder(Binaries.need(program), option).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher matcher = NUMBER.matcher(output);
      return matcher.find() ? matcher.group() : "";
    } catch (IOException e) {
      return "";
    }
  }
}
