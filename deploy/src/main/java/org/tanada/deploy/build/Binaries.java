package org.tanada.deploy.build;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tanada.deploy.state.OperatorException;

/** Finds programs of the system's packages, also those in {@code sbin} that are not on the path. */
public final class Binaries {
  private Binaries() {}

  /** Where a program is, if it is installed. */
  public static Optional<Path> find(String name) {
    List<String> directories = new ArrayList<>();
    String path = System.getenv("PATH");
    if (path != null) {
      directories.addAll(List.of(path.split(File.pathSeparator)));
    }
    directories.addAll(List.of("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"));
    return directories.stream()
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * Where a program is.
   *
   * @throws OperatorException if it is not installed
   */
  public static String need(String name) {
    return find(name)
        .map(Path::toString)
        .orElseThrow(() ->
            new OperatorException(name + " is not installed: run ./tanada up, which installs it"));
  }

  /** What lets others go first, on the processor and on the disk. */
  public static List<String> politely() {
    List<String> command = new ArrayList<>();
    find("nice").ifPresent(nice -> command.addAll(List.of(nice.toString(), "-n", "10")));
    find("ionice")
        .ifPresent(ionice -> command.addAll(List.of(ionice.toString(), "-c", "2", "-n", "7")));
    return command;
  }
}
