package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which position a cluster had at which moment: lines of microseconds since 1970 and GTIDs, oldest
 * first, in a file for each day of UTC. A line is written when all logs up to it are safely here,
 * so its end is also how far a restore can go.
 *
 * <p>MariaDB's events carry whole seconds, and those of the statement's start at that: the index is
 * what gives its restores a precise moment.
 */
final class TimeIndex {
  private static final String NAME = "index-";

  private final Path directory;

  /** The index in the directory of a cluster. */
  TimeIndex(Path directory) {
    this.directory = directory;
  }

  /** The names of the files that know of a moment: those of its day and of the day before. */
  static List<String> files(Instant moment) {
    LocalDate day = moment.atOffset(ZoneOffset.UTC).toLocalDate();
    return List.of(NAME + day.minusDays(1), NAME + day);
  }

  /**
   * A moment.
   *
   * @param micros since 1970, by the clock of the database's machine
   * @param position all GTIDs that the cluster had then
   */
  record Row(long micros, String position) {
    Instant at() {
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Row parse(String line) {
      String[] parts = line.split(" ", 2);
      return new Row(Long.parseLong(parts[0]), parts[1].strip());
    }
  }

  /** Adds rows, durably. */
  void add(List<Row> rows) throws IOException {
    Map<String, StringBuilder> files = new LinkedHashMap<>();
    for (Row row : rows) {
      files
          .computeIfAbsent(files(row.at()).getLast(), _ -> new StringBuilder())
          .append(row.micros())
          .append(' ')
          .append(row.position())
          .append('\n');
    }
    for (Map.Entry<String, StringBuilder> lines : files.entrySet()) {
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(lines.getKey()),
              StandardOpenOption.CREATE,
              StandardOpenOption.APPEND)) {
        channel.write(
            ByteBuffer.wrap(lines.getValue().toString().getBytes(StandardCharsets.UTF_8)));
        channel.force(false);
      }
    }
  }

  /** The newest row. */
  Optional<Row> last() throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    List<Path> files;
    try (Stream<Path> all = Files.list(directory)) {
      files = all.filter(file -> file.getFileName().toString().startsWith(NAME)).sorted().toList();
    }
    return files.isEmpty() ? Optional.empty() : last(end(files.getLast()), Instant.MAX);
  }

  /** The newest row that is not younger than the moment. */
  Optional<Row> at(Instant moment) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (String name : files(moment)) {
      if (Files.exists(directory.resolve(name))) {
        rows.append(Files.readString(directory.resolve(name)));
      }
    }
    return last(rows.toString(), moment);
  }

  private static String end(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer end = ByteBuffer.allocate((int) Math.min(channel.size(), 4096));
      channel.read(end, channel.size() - end.capacity());
      return new String(end.array(), 0, end.position(), StandardCharsets.UTF_8);
    }
  }

  /** A line that was cut off is none. */
  private static Optional<Row> last(String rows, Instant moment) {
    return rows.substring(0, rows.lastIndexOf('\n') + 1)
        .lines()
        .filter(line -> line.matches("[0-9]{16,} .*"))
        .map(Row::parse)
        .filter(row -> !row.at().isAfter(moment))
        .reduce((_, later) -> later);
  }
}
