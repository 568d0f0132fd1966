package org.tanada.app.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.Blobs;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Files in a directory, with the promises of the real storage: all or nothing. */
public final class DirectoryBlobs implements Blobs {
  private final Path directory;

  DirectoryBlobs(Path directory) {
    this.directory = directory;
  }

  @Override
  public Blob put(String purpose, long id, String contentType, InputStream content, long length) {
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
    try {
      Files.deleteIfExists(file(purpose, id));
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "It cannot be deleted.", e);
    }
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
