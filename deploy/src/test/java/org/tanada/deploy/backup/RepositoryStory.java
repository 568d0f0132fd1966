package org.tanada.deploy.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** What a repository is for, wherever it is. */
final class RepositoryStory {
  private RepositoryStory() {}

  /** Makes one that is not on this machine, saves a file into it and brings that back. */
  static void ofRemote(Repository repository, Path data, Path out) throws IOException {
    assertThat(repository.local()).isFalse();
    repository.make();
    repository.make(); // it is there
    Files.writeString(data.resolve("a"), "a content");

    repository.save(data, List.of("a"), Repository.BACKUP, 1, Instant.EPOCH);
    repository.forget();

    Repository.Snapshot saved = repository.snapshots().getLast();
    assertThat(repository.restore(saved.id(), out, List.of("/a"))).isEmpty();
    assertThat(out.resolve("a")).hasContent("a content");
    assertThat(repository.check("1/7")).isEmpty();
  }
}
