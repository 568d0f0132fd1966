package org.tanada.deploy.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The files of storage nodes that were restored. */
final class RestoredFiles {
  private static final String BLOB = ".blob";
  private static final String GONE = ".gone";
  private static final String MAGIC = "TANADAB1";
  private static final int FOOT = 8 + MAGIC.length();
  private static final int MOST_JSON = 4096;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path nodes;

  /** Those beneath the directory of all nodes. */
  RestoredFiles(Path nodes) {
    this.nodes = nodes;
  }

  /**
   * What was deleted after the moment is there again, what was deleted before it is not: a
   * deletion's mark has the time of the deletion.
   */
  void asOf(Instant moment) throws IOException {
    for (Path gone : all(GONE)) {
      if (Files.getLastModifiedTime(gone).toInstant().isAfter(moment)) {
        Files.delete(gone);
      } else {
        String name = gone.getFileName().toString();
        Files.deleteIfExists(
            gone.resolveSibling(name.substring(0, name.length() - GONE.length()) + BLOB));
      }
    }
  }

  /** How many files there are. */
  int count() throws IOException {
    return all(BLOB).size();
  }

  /**
   * Reads some files, any of them.
   *
   * @return what is wrong with the first one that is not what was written; empty if all are
   */
  String sample(int most) throws IOException {
    List<Path> files = new ArrayList<>(all(BLOB));
    Collections.shuffle(files, new Random());
    for (Path file : files.subList(0, Math.min(most, files.size()))) {
      if (!sound(file)) {
        return file.getFileName() + " is not what was written";
      }
    }
    return "";
  }

  private List<Path> all(String suffix) throws IOException {
    if (!Files.isDirectory(nodes)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(nodes)) {
      return tree.filter(file -> file.getFileName().toString().endsWith(suffix)).toList();
    }
  }

  /** Compares a content with the digest behind it. */
  private static boolean sound(Path file) throws IOException {
    Optional<Facts> facts = facts(file);
    return facts.isPresent() && facts.get().sha256().equals(sha256(file, facts.get().size()));
  }

  /**
   * What stands behind a content, see StoredBlob in storage-service.
   *
   * @param size in bytes, from the file's begin on
   * @param sha256 in hexadecimal
   * @param contentType media type; empty if it is not said
   */
  record Facts(long size, String sha256, String contentType) {}

  /** The same of a file whose bytes are what was written. */
  static Optional<Facts> soundFacts(Path file) throws IOException {
    return sound(file) ? facts(file) : Optional.empty();
  }

  private static Optional<Facts> facts(Path file) throws IOException {
    long size = Files.size(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer foot = ByteBuffer.allocate(FOOT);
      if (size < FOOT || channel.read(foot, size - FOOT) < FOOT) {
        return Optional.empty();
      }
      int length = foot.getInt(4);
      String magic = new String(foot.array(), 8, MAGIC.length(), StandardCharsets.US_ASCII);
      if (!magic.equals(MAGIC) || length < 1 || length > Math.min(MOST_JSON, size - FOOT)) {
        return Optional.empty();
      }
      ByteBuffer json = ByteBuffer.allocate(length);
      channel.read(json, size - FOOT - length);
      JsonNode facts = JSON.readTree(json.array());
      Facts found =
          new Facts(
              size - FOOT - length,
              facts.path("sha256").asString(),
              facts.path("contentType").asString(""));
      return Optional.of(found).filter(f -> f.size() == facts.path("size").asLong());
    } catch (JacksonException e) {
      return Optional.empty(); // what describes it is damaged
    }
  }

  private static String sha256(Path file, long length) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[1 << 16];
      long left = length;
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          return "";
        }
        digest.update(buffer, 0, count);
        left -= count;
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
