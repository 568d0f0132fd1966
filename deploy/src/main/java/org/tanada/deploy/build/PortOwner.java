package org.tanada.deploy.build;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Says who listens on a port of this machine. */
public final class PortOwner {
  private PortOwner() {}

  /** The process that keeps us from listening on a port, in words; empty if the port is free. */
  public static Optional<String> of(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return Optional.empty();
    } catch (java.net.BindException e) {
      return Optional.of(process(port).orElse("a process of another user"));
    }
  }

  private static Optional<String> process(int port) throws IOException {
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      Optional<String> inode = inode(Path.of(table), port);
      if (inode.isPresent()) {
        return holder("socket:[" + inode.get() + "]");
      }
    }
    return Optional.empty();
  }

  /** Inode of the listening (state 0A) socket of a port. */
  private static Optional<String> inode(Path table, int port) throws IOException {
    if (!Files.isReadable(table)) {
      return Optional.empty();
    }
    String suffix = ":%04X".formatted(port).toUpperCase(Locale.ROOT);
    try (Stream<String> lines = Files.lines(table)) {
      return lines
          .map(line -> line.strip().split("\\s+"))
          .filter(f -> f.length > 9 && f[1].endsWith(suffix) && f[3].equals("0A"))
          .map(f -> f[9])
          .findFirst();
    }
  }

  private static Optional<String> holder(String socket) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(p -> p.getFileName().toString().matches("\\d+")).toList()) {
        if (holds(process.resolve("fd"), socket)) {
          String name = Files.readString(process.resolve("comm")).strip();
          return Optional.of(name + " (process " + process.getFileName() + ")");
        }
      }
    }
    return Optional.empty();
  }

  private static boolean holds(Path descriptors, String socket) {
    try (Stream<Path> open = Files.list(descriptors)) {
      for (Path descriptor : open.toList()) {
        if (Files.readSymbolicLink(descriptor).toString().equals(socket)) {
          return true;
        }
      }
    } catch (IOException e) {
      return false; // another user's process, or one that has just ended
    }
    return false;
  }
}
