package org.tanada.deploy.build;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.state.OperatorException;
import org.tanada.deploy.state.StateFiles;

/**
 * The services' programs as they are run: each jar is unpacked once under {@code lib/MODULE/HASH},
 * so that a later build does not pull the files from under running processes, and so that an AOT
 * cache fits.
 */
public final class Programs {
  private final Home home;

  /** The programs of an installation. */
  public Programs(Home home) {
    this.home = home;
  }

  /**
   * An unpacked program.
   *
   * @param build the start of its jar's SHA-256
   * @param version from the jar's name
   * @param jar to be run with {@code -jar}
   * @param aotCache where its AOT cache is, or would be
   */
  public record Program(String build, String version, Path jar, Path aotCache) {
    /** Whether the training run has been made. */
    public boolean trained() {
      return Files.exists(aotCache);
    }
  }

  /** Which jar a module's nodes run; {@code stamp} spares reading an unchanged jar again. */
  private record Current(String build, String stamp, String jarName) {}

  /** The program that a module's nodes run, if one was unpacked. */
  public Optional<Program> current(Module module) throws IOException {
    return StateFiles.readJson(pointer(module), Current.class)
        .map(current -> program(module, current))
        .filter(program -> Files.exists(program.jar()));
  }

  /** Unpacks the module's newest jar if that has not been done. */
  public Program unpack(Module module, Path jar) throws IOException {
    // not the time of modification: reproducible builds give every jar the same
    String stamp = Files.size(jar) + "-" + Files.getAttribute(jar, "unix:ctime");
    Current known = StateFiles.readJson(pointer(module), Current.class).orElse(null);
    if (known != null && known.stamp().equals(stamp)) {
      Program program = program(module, known);
      if (Files.exists(program.jar())) {
        return program;
      }
    }
    Current current = new Current(hash(jar), stamp, jar.getFileName().toString());
    Program program = program(module, current);
    if (!Files.exists(program.jar())) {
      extract(jar, StateFiles.parent(program.jar()));
    }
    StateFiles.writeJson(pointer(module), current);
    return program;
  }

  /** Deletes what no node runs any more. */
  public void sweep(Module module, Set<String> builds) throws IOException {
    Path directory = home.lib().resolve(module.directory());
    if (!Files.isDirectory(directory)) {
      return;
    }
    String current = current(module).map(Program::build).orElse("");
    try (Stream<Path> entries = Files.list(directory)) {
      for (Path entry : entries.filter(Files::isDirectory).toList()) {
        String build = entry.getFileName().toString();
        if (!build.equals(current) && !builds.contains(build)) {
          StateFiles.deleteTree(entry);
        }
      }
    }
  }

  /** Deletes older builds of this command line that no process runs any more. */
  public void sweepOwn() throws IOException {
    if (!Files.isDirectory(home.lib())) {
      return;
    }
    List<String> running =
        ProcessHandle.allProcesses()
            .flatMap(process -> process.info().commandLine().stream())
            .toList();
    try (Stream<Path> entries = Files.list(home.lib())) {
      for (Path entry : entries.toList()) {
        boolean own = entry.getFileName().toString().startsWith("deploy-");
        if (own && running.stream().noneMatch(line -> line.contains(entry + "/"))) {
          StateFiles.deleteTree(entry);
        }
      }
    }
  }

  private Path pointer(Module module) {
    return home.lib().resolve(module.directory()).resolve("current.json");
  }

  private Program program(Module module, Current current) {
    Path directory = home.lib().resolve(module.directory()).resolve(current.build());
    String version =
        current
            .jarName()
            .substring(module.directory().length() + 1, current.jarName().length() - 4);
    return new Program(
        current.build(),
        version,
        directory.resolve(current.jarName()),
        directory.resolve("start.aot"));
  }

  /** Unpacks a jar of ours into a directory that takes its place when all is there. */
  public static void extract(Path jar, Path to) throws IOException {
    StateFiles.privateDirectory(StateFiles.parent(to));
    Path fresh = Files.createTempDirectory(StateFiles.parent(to), ".unpack-");
    try {
      Process process =
          new ProcessBuilder(
                  Java.program(),
                  "-XX:TieredStopAtLevel=1",
                  "-XX:+UseSerialGC",
                  "-Djarmode=tools",
                  "-jar",
                  jar.toString(),
                  "extract",
                  "--force",
                  "--destination",
                  fresh.toString())
              .redirectErrorStream(true)
              .start();
      String output =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new OperatorException(
            jar + " cannot be unpacked: " + output.lines().findFirst().orElse("no answer"));
      }
      if (Files.exists(to)) {
        StateFiles.deleteTree(to);
      }
      Files.move(fresh, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      if (Files.exists(fresh)) {
        StateFiles.deleteTree(fresh);
      }
    }
  }

  /** The start of a file's SHA-256. */
  public static String hash(Path file) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(in, digest).transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
