package org.tanada.deploy.traffic;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * The seconds of the running traffic, one JSON object a line, for whoever wants to look on. Keeps
 * some hours.
 */
public final class TrafficLog {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final long MAX_BYTES = 2_000_000;

  private final Path file;

  /** The log in this file. */
  public TrafficLog(Path file) {
    this.file = file;
  }

  /** Adds a second; a log that has grown too long is set aside for the next one. */
  public void add(Second second) throws IOException {
    if (Files.exists(file) && Files.size(file) > MAX_BYTES) {
      Files.move(
          file,
          file.resolveSibling(file.getFileName() + ".1"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Files.writeString(
        file,
        JSON.writeValueAsString(second) + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** The complete seconds after a position, and where to go on. */
  public Part read(long from) throws IOException {
    List<Second> seconds = new ArrayList<>();
    if (!Files.exists(file)) {
      return new Part(seconds, 0);
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      long begin = from > in.length() ? 0 : from; // it was set aside meanwhile
      in.seek(begin);
      byte[] bytes = new byte[(int) Math.min(in.length() - begin, MAX_BYTES)];
      in.readFully(bytes);
      String text = new String(bytes, StandardCharsets.UTF_8);
      int complete = text.lastIndexOf('\n') + 1;
      for (String line : text.substring(0, complete).split("\n", -1)) {
        if (!line.isBlank()) {
          seconds.add(JSON.readValue(line, Second.class));
        }
      }
      return new Part(
          seconds, begin + text.substring(0, complete).getBytes(StandardCharsets.UTF_8).length);
    }
  }

  /**
   * A stretch of the log.
   *
   * @param seconds in order
   * @param next where to go on
   */
  public record Part(List<Second> seconds, long next) {
    public Part {
      seconds = List.copyOf(seconds);
    }
  }
}
