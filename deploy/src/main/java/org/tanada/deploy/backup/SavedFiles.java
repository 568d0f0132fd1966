package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.backup.LiveFiles.Content;

/** The files of storage nodes that a repository has of a moment, fetched one by one. */
final class SavedFiles {
  private static final Pattern BLOB =
      Pattern.compile("/nodes/([^/]+)-[0-9]+/data/(blobs/.*/([0-9]+)\\.blob)");

  private final Repository repository;
  private final Map<Long, List<Copy>> files = new HashMap<>();

  /**
   * A copy of a file.
   *
   * @param path from the data directory of its node on
   */
  record Copy(String snapshot, String whole, String tier, String path) {}

  /** Lists what the snapshots of a plan have. */
  SavedFiles(Repository repository, RestorePlan plan) throws IOException {
    this.repository = repository;
    for (String snapshot : new LinkedHashSet<>(List.of(plan.before().id(), plan.logs().id()))) {
      for (String path : repository.paths(snapshot, "/nodes")) {
        Matcher blob = BLOB.matcher(path);
        if (blob.matches()) {
          files
              .computeIfAbsent(Long.parseLong(blob.group(3)), _ -> new ArrayList<>())
              .add(new Copy(snapshot, path, blob.group(1), blob.group(2)));
        }
      }
    }
  }

  /** Where a file was; empty if none has this id. */
  Optional<Copy> find(long id) {
    return files.getOrDefault(id, List.of()).stream().findFirst();
  }

  /**
   * Fetches a file.
   *
   * @return the content; empty if all copies are damaged
   */
  Optional<Content> fetch(long id, Path scratch) throws IOException {
    for (Copy copy : files.getOrDefault(id, List.of())) {
      Path file = scratch.resolve(copy.whole().substring(1));
      List<String> damaged = repository.restore(copy.snapshot(), scratch, List.of(copy.whole()));
      Optional<RestoredFiles.Facts> facts =
          damaged.isEmpty() && Files.exists(file)
              ? RestoredFiles.soundFacts(file)
              : Optional.empty();
      if (facts.isPresent()) {
        cut(file, facts.get().size());
        return Optional.of(new Content(facts.get().contentType(), facts.get().sha256(), file));
      }
    }
    return Optional.empty();
  }

  /** Leaves the content without what stands behind it. */
  private static void cut(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }
}
