package org.tanada.deploy.ship;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a board gets: files by their path in the release. Equal contents have the same {@link
 * #id()}.
 */
final class Release {
  private final Map<String, Path> files;
  private final Map<String, String> sums = new TreeMap<>();

  /** A release of files that do not change while this is used. */
  Release(Map<String, Path> files, Checksums checksums) throws IOException {
    this.files = new TreeMap<>(files);
    Map<Path, String> known = checksums.of(this.files.values());
    this.files.forEach((path, file) -> sums.put(path, Objects.requireNonNull(known.get(file))));
  }

  /** Where a file of the release is on this machine. */
  Path file(String path) {
    Path file = files.get(path);
    if (file == null) {
      throw new IllegalArgumentException(path + " is not in the release");
    }
    return file;
  }

  /** Its files as {@code sha256sum} lists them, without what only tells versions. */
  String manifest() {
    return sums.entrySet().stream()
        .map(file -> file.getValue() + "  " + file.getKey() + "\n")
        .collect(Collectors.joining());
  }

  /** Names its contents. */
  String id() {
    return hash(manifest()).substring(0, 12);
  }

  /** Names the contents of the files whose paths begin so. */
  String version(Iterable<String> prefixes) {
    StringBuilder own = new StringBuilder();
    for (String prefix : prefixes) {
      sums.forEach((path, sum) -> {
        if (path.startsWith(prefix)) {
          own.append(sum).append(path).append('\n');
        }
      });
    }
    return hash(own.toString()).substring(0, 12);
  }

  /** The SHA-256 of a text. */
  static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
