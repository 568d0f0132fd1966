package org.tanada.app.page;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * The static files, held in RAM, under addresses that name their content: {@code
 * /assets/HASH/app.css}. The hash is of all files together, so that a module or a style sheet can
 * name another one relative to itself and still get the right version.
 */
@Component
final class Assets {
  private final Map<String, Asset> files;
  private final String version;

  Assets() {
    this.files = load();
    MessageDigest digest = sha256();
    files.forEach((name, file) -> {
      digest.update(name.getBytes(StandardCharsets.UTF_8));
      digest.update(file.content);
    });
    this.version = HexFormat.of().formatHex(digest.digest(), 0, 8);
  }

  /** Version of all files together. */
  String version() {
    return version;
  }

  /**
   * The versioned address of a file.
   *
   * @throws IllegalArgumentException if there is no such file: a template is wrong
   */
  String url(String name) {
    if (!files.containsKey(name)) {
      throw new IllegalArgumentException("no static file " + name);
    }
    return "/assets/" + version + "/" + name;
  }

  /** A file, or null. */
  @Nullable Asset find(String name) {
    return files.get(name);
  }

  private static Map<String, Asset> load() {
    Map<String, Asset> found = new TreeMap<>();
    try {
      for (Resource file :
          new PathMatchingResourcePatternResolver().getResources("classpath:/static/*.*")) {
        String name = String.valueOf(file.getFilename());
        found.put(name, new Asset(type(name), file.getContentAsByteArray()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the static files cannot be read", e);
    }
    return Collections.unmodifiableMap(found); // sorted: the version depends on the order
  }

  private static String type(String name) {
    String extension = name.substring(name.lastIndexOf('.') + 1);
    return switch (extension) {
      case "css" -> "text/css;charset=utf-8";
      case "js" -> "text/javascript;charset=utf-8";
      case "svg" -> "image/svg+xml";
      case "txt" -> "text/plain;charset=utf-8";
      default -> throw new IllegalStateException("static file of an unknown type: " + name);
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** A static file: its media type and its bytes, which nobody changes. */
  static final class Asset {
    private final String type;
    private final byte[] content;

    Asset(String type, byte[] content) {
      this.type = type;
      this.content = content;
    }

    String type() {
      return type;
    }

    byte[] content() {
      return content;
    }
  }
}
