package org.tanada.storage.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.util.FileSystemUtils;

/**
 * Takes from the directory of a node that was killed what its disk was not told to keep: names that
 * were given since their directory was last synced, and whatever was written to a file since that
 * was. Each of those survives now and then, as it may have been written back by itself; of a file
 * the first part.
 */
final class PowerCut {
  private final Random random;
  private final Map<String, List<long[]>> written = new HashMap<>();
  private final Set<String> kept = new HashSet<>();
  private final Set<String> given = new HashSet<>();
  private int lost;

  private PowerCut(Random random) {
    this.random = random;
  }

  /**
   * Happens; the journal begins anew with what is there then.
   *
   * @return how many names and parts of files were lost
   */
  static int happen(Path root, Path journal, Random random) throws IOException {
    PowerCut cut = new PowerCut(random);
    FaultyDisk.read(journal).forEach(cut::replay);
    cut.take(root);
    Files.delete(journal);
    FaultyDisk fresh = new FaultyDisk(journal);
    try (Stream<Path> left = Files.walk(root)) {
      for (Path directory : left.filter(Files::isDirectory).toList()) {
        fresh.sync(directory);
      }
    }
    return cut.lost;
  }

  private void replay(String[] line) {
    switch (line[0]) {
      case "W" ->
          written
              .computeIfAbsent(line[1], file -> new ArrayList<>())
              .add(new long[] {Long.parseLong(line[2]), Long.parseLong(line[3])});
      case "F" -> written.remove(line[1]);
      case "M" -> {
        List<long[]> parts = written.remove(line[1]);
        if (parts == null) {
          written.remove(line[2]);
        } else {
          written.put(line[2], parts);
        }
        given.add(line[2]);
      }
      case "S" -> {
        for (String name : line[2].split("/", -1)) {
          kept.add(line[1] + "/" + name);
          given.remove(line[1] + "/" + name);
        }
      }
      default -> throw new IllegalStateException("not of a journal: " + line[0]);
    }
  }

  private void take(Path directory) throws IOException {
    List<Path> entries;
    try (Stream<Path> all = Files.list(directory)) {
      entries = all.sorted().toList(); // so that the seed decides
    }
    for (Path entry : entries) {
      boolean durable = kept.contains(entry.toString()) && !given.contains(entry.toString());
      if (!durable && random.nextInt(5) > 0) {
        FileSystemUtils.deleteRecursively(entry);
        lost++;
      } else if (Files.isDirectory(entry)) {
        take(entry);
      } else {
        written.getOrDefault(entry.toString(), List.of()).forEach(part -> tear(entry, part));
      }
    }
  }

  /** Leaves the first bytes of a part; the rest is zeros, or not there if nothing is behind it. */
  private void tear(Path file, long[] part) {
    long from = part[0] + random.nextLong(part[1] + 1);
    long end = part[0] + part[1];
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      if (channel.size() <= end && random.nextBoolean()) {
        channel.truncate(from);
      } else {
        channel.write(
            ByteBuffer.allocate((int) Math.clamp(channel.size() - from, 0, end - from)), from);
      }
      lost++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
