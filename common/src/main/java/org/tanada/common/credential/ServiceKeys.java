package org.tanada.common.credential;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tanada.common.file.FileStamp;

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
      this.known = read(FileStamp.of(file));
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
      FileStamp stamp = FileStamp.of(file);
      if (!stamp.equals(known.stamp)) {
        known = read(stamp);
        log.info("the keys of services were replaced");
      }
    } catch (IOException | IllegalArgumentException e) {
      log.warn("the keys of services cannot be read again, those known stay: {}", e.toString());
    }
    return known;
  }

  private Version read(FileStamp stamp) throws IOException {
    return new Version(stamp, ServiceKey.parseAll(Files.readString(file)));
  }

  private record Version(FileStamp stamp, List<ServiceKey> keys) {}
}
