package org.tanada.deploy.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.tanada.deploy.build.Binaries;
import org.tanada.deploy.build.Java;
import org.tanada.deploy.state.Home;

/** Runs this same program in the background, out of reach of the terminal's end and its Ctrl-C. */
public final class Detached {
  private Detached() {}

  /**
   * Starts it.
   *
   * @param home the installation that it works for
   * @param log where its output is added
   * @param heap its largest heap, as the JVM writes it: {@code 48m}
   * @param environment variables beside those that name the installation
   * @param arguments the command, as on the command line
   */
  public static Process start(
      Home home, Path log, String heap, Map<String, String> environment, List<String> arguments)
      throws IOException {
    return start(home, log, heap, environment, arguments, List.of());
  }

  /** The same by other programs that start it, such as {@code nice}. */
  public static Process start(
      Home home,
      Path log,
      String heap,
      Map<String, String> environment,
      List<String> arguments,
      List<String> by)
      throws IOException {
    List<String> command = new ArrayList<>(by);
    Binaries.find("setsid")
        .ifPresent(setsid -> command.add(setsid.toString())); // images may lack it
    command.addAll(program(heap, arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(home.directory().toFile());
    builder.environment().putAll(installation(home));
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  /** This same program with a command. */
  static List<String> program(String heap, List<String> arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Java.program(),
                "-Xmx" + heap,
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=16m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                classPath(),
                "org.tanada.deploy.Tanada"));
    command.addAll(arguments);
    return command;
  }

  /** Ours, wherever it is started: an image names its jar from its own directory on. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The variables that tell it for which installation it works. */
  static Map<String, String> installation(Home home) {
    return Map.of(
        "TANADA_ROOT", home.root().toString(),
        "TANADA_HOME", home.directory().toString(),
        "MALLOC_ARENA_MAX", "2");
  }
}
