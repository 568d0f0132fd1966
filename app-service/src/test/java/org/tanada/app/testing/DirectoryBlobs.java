package org.tanada.app.testing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Files in a directory, with the promises of the real storage: all or nothing. */
public final class DirectoryBlobs implements Blobs {
  private final Path directory;
  private final Crashes crashes;
  private final Map<Long, String> types = new ConcurrentHashMap<>();
  private volatile int goodBytes = -1;

  DirectoryBlobs(Path directory, Crashes crashes) {
    this.directory = directory;
    this.crashes = crashes;
  }

  /** From now on files break off after so many bytes; a negative number: none does any more. */
  public void breakOffAfter(int bytes) {
    goodBytes = bytes;
  }

  @Override
  public Opened open(String purpose, String address) {
    long id = Long.parseLong(address.replaceAll(".*/([0-9]+)(\\?.*)?$", "$1"));
    String type = types.get(id);
    if (type == null || !Files.exists(file(purpose, id))) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such file.");
    }
    try {
      InputStream whole = Files.newInputStream(file(purpose, id));
      return new Opened(type, goodBytes < 0 ? whole : new BrokenStream(whole, goodBytes));
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "It cannot be read.", e);
    }
  }

  private static final class BrokenStream extends FilterInputStream {
    private int left;

    BrokenStream(InputStream whole, int left) {
      super(whole);
      this.left = left;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      if (left == 0) {
        throw new IOException("broken on purpose");
      }
      int count = super.read(bytes, from, Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }
  }

  @Override
  public Blob put(String purpose, long id, String contentType, InputStream content, long length) {
    return crashes.around(() -> store(purpose, id, contentType, content, length));
  }

  private Blob store(
      String purpose, long id, String contentType, InputStream content, long length) {
    Path file = file(purpose, id);
    try {
      Files.createDirectories(file.getParent());
      Path half = file.resolveSibling(id + ".half");
      long size;
      try {
        size = Files.copy(content, half);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(half);
        throw e;
      }
      if (length >= 0 && size != length) {
        Files.delete(half);
        throw new ProblemException(ProblemCode.DIGEST_MISMATCH, "The content ended early.");
      }
      Files.move(half, file);
      types.put(id, contentType);
      return new Blob(purpose, id, size, "0".repeat(64), contentType);
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.DIGEST_MISMATCH, "The content broke off.", e);
    }
  }

  @Override
  public Blob compose(String purpose, long id, String contentType, List<Long> parts, long length) {
    List<InputStream> contents = new ArrayList<>();
    try {
      for (long part : parts) {
        contents.add(Files.newInputStream(file(purpose, part)));
      }
      try (InputStream whole = new SequenceInputStream(Collections.enumeration(contents))) {
        return put(purpose, id, contentType, whole, length);
      }
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.CONFLICT, "A part is nowhere.", e);
    }
  }

  @Override
  public void delete(String purpose, long id) {
    crashes.around(() -> {
      try {
        return Files.deleteIfExists(file(purpose, id));
      } catch (IOException e) {
        throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "It cannot be deleted.", e);
      }
    });
  }

  /** The files of a purpose, half-written ones included. */
  public List<Path> files(String purpose) {
    Path place = directory.resolve(purpose);
    if (!Files.isDirectory(place)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place)) {
      return files.toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Content of a file. */
  public byte[] read(String purpose, long id) throws IOException {
    return Files.readAllBytes(file(purpose, id));
  }

  private Path file(String purpose, long id) {
    return directory.resolve(purpose).resolve(Long.toString(id));
  }
}
