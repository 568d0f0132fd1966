package org.tanada.deploy.nginx;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The versions of the configuration on disk: one directory each, named by its content, and a link
 * to the one in force. The link is replaced by a rename, which is atomic.
 */
final class Versions {
  static final String LINK = "conf";
  private static final String PREFIX = "conf-";

  private final Path directory;
  private final String secretFile;

  Versions(Path directory, String secretFile) {
    this.directory = directory;
    this.secretFile = secretFile;
  }

  /** Writes the files as a version, unless it is there already. */
  Path write(Map<String, String> files) throws IOException {
    Path version = directory.resolve(PREFIX + digest(files));
    if (Files.isDirectory(version)) {
      return version;
    }
    Path unfinished = Files.createTempDirectory(directory, "unfinished-"); // mode 0700
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path path = unfinished.resolve(file.getKey());
      Files.createDirectories(path.getParent());
      if (file.getKey().equals(secretFile)) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      }
      Files.write(path, NginxConfiguration.bytes(file.getValue()));
    }
    Files.createDirectories(unfinished.resolve("stream.d"));
    Files.move(unfinished, version, StandardCopyOption.ATOMIC_MOVE);
    return version;
  }

  boolean inForce(Path version) throws IOException {
    Path link = directory.resolve(LINK);
    return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(version.getFileName());
  }

  /** Puts a version in force and deletes the others. */
  void put(Path version) throws IOException {
    Path fresh = directory.resolve(LINK + ".new");
    Files.deleteIfExists(fresh);
    Files.createSymbolicLink(fresh, version.getFileName());
    try {
      Files.move(
          fresh,
          directory.resolve(LINK),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(directory + " is on a file system without atomic renames", e);
    }
    deleteOthers(version);
  }

  private void deleteOthers(Path version) throws IOException {
    List<Path> others;
    try (Stream<Path> all = Files.list(directory)) {
      others =
          all.filter(
                  path -> {
                    String name = path.getFileName().toString();
                    return (name.startsWith(PREFIX) || name.startsWith("unfinished-"))
                        && !path.equals(version);
                  })
              .toList();
    }
    for (Path other : others) {
      try (Stream<Path> tree = Files.walk(other)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static String digest(Map<String, String> files) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach((name, content) -> {
        digest.update(NginxConfiguration.bytes(name + "\0" + content.length() + "\0"));
        digest.update(NginxConfiguration.bytes(content));
      });
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
