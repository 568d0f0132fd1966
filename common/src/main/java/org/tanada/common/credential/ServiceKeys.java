package org.tanada.common.credential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The public keys of all services, from a file that is read again when it was replaced. */
final class ServiceKeys {
  /** Name of the file. */
  static final String FILE = "service-keys";

  private static final Logger log = LoggerFactory.getLogger(ServiceKeys.class);

  private final Path file;
  private volatile Version known;

  /** Reads them a first time. */
  ServiceKeys(Path directory) {
    this.file = directory.resolve(FILE);
    try {
      this.known = read(Mark.of(file));
    } catch (IOException e) {
      throw new UncheckedIOException("the public keys of services cannot be read", e);
    }
  }

  /** The key of that id as the file has it now; null if there is none. */
  @Nullable ServiceKey find(String id) {
    for (ServiceKey key : now().keys) {
      if (key.id().equals(id)) {
        return key;
      }
    }
    return null;
  }

  private Version now() {
    try {
      Mark mark = Mark.of(file);
      if (!mark.equals(known.mark)) {
        known = read(mark);
        log.info("the keys of services were replaced");
      }
    } catch (IOException | IllegalArgumentException e) {
      log.warn("the keys of services cannot be read again, those known stay: {}", e.toString());
    }
    return known;
  }

  private Version read(Mark mark) throws IOException {
    return new Version(mark, ServiceKey.parseAll(Files.readString(file)));
  }

  private record Version(Mark mark, List<ServiceKey> keys) {}

  /** Tells a file from the one that it replaced. */
  private record Mark(FileTime modified, long size, String file) {
    static Mark of(Path file) throws IOException {
      BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
      return new Mark(
          found.lastModifiedTime(), found.size(), Objects.toString(found.fileKey(), ""));
    }
  }
}
