package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.tanada.deploy.process.Control;
import org.tanada.deploy.state.Desired;
import org.tanada.deploy.state.Home;
import org.tanada.deploy.topology.Kind;

/**
 * Where the files of storage nodes are: in {@code nodes/NODE/data} natively; of containers, {@code
 * nodes/TIER} is the volume of a purpose, in which each node has a directory of its name.
 */
final class StoredFiles {
  private static final String BLOBS = "blobs";

  private StoredFiles() {}

  /** Directories, from the installation's own on. */
  static List<String> directories(Home home) throws IOException {
    return switch (Dialect.of(home)) {
      case MariaDb() -> ofProcesses(home);
      case MySql() -> inVolumes(home.directory());
    };
  }

  private static List<String> ofProcesses(Home home) throws IOException {
    List<String> all = new ArrayList<>();
    for (Desired.Wanted wanted : new Control(home).desired().nodes()) {
      String path = "nodes/" + wanted.node().name() + "/data/" + BLOBS;
      if (wanted.node().kind() == Kind.STORAGE
          && Files.isDirectory(home.directory().resolve(path))) {
        all.add(path);
      }
    }
    return all;
  }

  private static List<String> inVolumes(Path directory) throws IOException {
    List<String> all = new ArrayList<>();
    for (Path volume : entries(directory.resolve("nodes"))) {
      for (Path node : entries(volume)) {
        if (Files.isDirectory(node.resolve(BLOBS))) {
          all.add(directory.relativize(node.resolve(BLOBS)).toString());
        }
      }
    }
    return all;
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.filter(Files::isDirectory).sorted().toList();
    }
  }
}
