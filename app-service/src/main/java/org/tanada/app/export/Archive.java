package org.tanada.app.export;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.tanada.app.web.PageRequest;
import org.tanada.common.blob.Blobs;
import org.tanada.common.blob.SignedUrls;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import tools.jackson.databind.json.JsonMapper;

/**
 * A ZIP on its way to the client: written as it is read, never held. Its manifest comes last, with
 * the digest of each entry; without it, and without the directory that a ZIP ends with, nobody
 * takes a part for the whole.
 */
public final class Archive implements AutoCloseable {
  private static final int CHUNK = 64 * 1024;
  private static final Duration TO_OPEN = Duration.ofMinutes(5);
  private static final byte[] LINE = {'\n'};

  private final Zip zip;
  private final JsonMapper json;
  private final Blobs blobs;
  private final SignedUrls urls;
  private final InstantSource clock;
  private final Instant at;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> missing = new ArrayList<>();

  Archive(OutputStream out, JsonMapper json, Blobs blobs, SignedUrls urls, InstantSource clock) {
    this.zip = new Zip(out);
    this.json = json;
    this.blobs = blobs;
    this.urls = urls;
    this.clock = clock;
    this.at = clock.instant();
  }

  /** Adds one document. */
  public void json(String name, Object value) throws IOException {
    Measured entry = begin(name, Deflater.DEFAULT_COMPRESSION);
    entry.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
    end(name, entry);
  }

  /**
   * Adds a list of rows, which is read page by page.
   *
   * @param pages gives a page
   * @param view what is shown of a row
   */
  public <R> void rows(
      String name, Function<PageRequest, Rows.TypedPage<R>> pages, Function<Stored<R>, ?> view)
      throws IOException {
    PageRequest page = PageRequest.first(PageRequest.MAX_LIMIT);
    Rows.TypedPage<R> found = pages.apply(page); // before the entry: it may still be a clear no
    Measured entry = begin(name, Deflater.DEFAULT_COMPRESSION);
    entry.write('[');
    boolean first = true;
    while (true) {
      for (Stored<R> row : found.rows()) {
        entry.write(first ? LINE : ",\n".getBytes(StandardCharsets.US_ASCII));
        entry.write(json.writeValueAsBytes(view.apply(row)));
        first = false;
      }
      Long next = found.next();
      if (next == null) {
        break;
      }
      found = pages.apply(new PageRequest(PageRequest.MAX_LIMIT, next));
    }
    entry.write("\n]\n".getBytes(StandardCharsets.US_ASCII));
    end(name, entry);
  }

  /**
   * Adds a file of the user's. One that is not there is named in the manifest.
   *
   * @param stem its name, to which its type is added
   */
  public void file(String stem, String purpose, long id) throws IOException {
    String address = urls.sign(Blobs.path(purpose, id), clock.instant().plus(TO_OPEN));
    try (Blobs.Opened file = blobs.open(purpose, address)) {
      String name = stem + extension(file.contentType());
      Measured entry = begin(name, Deflater.NO_COMPRESSION);
      byte[] chunk = new byte[CHUNK];
      for (int count = read(file, chunk); count >= 0; count = read(file, chunk)) {
        entry.write(chunk, 0, count);
      }
      end(name, entry);
    } catch (ProblemException e) {
      if (e.code() != ProblemCode.NOT_FOUND) {
        throw e;
      }
      missing.add(stem);
    }
  }

  /** What goes wrong with the client is an {@link IOException}, what goes wrong here is not. */
  private static int read(Blobs.Opened file, byte[] chunk) {
    try {
      return file.content().read(chunk);
    } catch (IOException e) {
      throw new ProblemException(ProblemCode.UPSTREAM_FAILED, "A file broke off.", e);
    }
  }

  private static String extension(String contentType) {
    int slash = contentType.indexOf('/');
    String type = contentType.substring(slash + 1).replaceAll("[^a-z0-9].*", "");
    return type.isEmpty() ? "" : "." + type;
  }

  /** Adds the manifest, and ends the ZIP. */
  void finish(String userId) throws IOException {
    json("manifest.json", new Manifest("tanada-export/1", userId, at, entries, missing));
    zip.finish();
  }

  /** Gives back what it needed; a ZIP that is not finished stays so. */
  @Override
  public void close() {
    zip.abandon();
  }

  private Measured begin(String name, int level) throws IOException {
    zip.setLevel(level);
    zip.putNextEntry(new ZipEntry(name));
    return new Measured(zip);
  }

  private void end(String name, Measured entry) throws IOException {
    zip.closeEntry();
    entries.add(new Entry(name, entry.bytes, entry.digest()));
  }

  /**
   * What the archive holds.
   *
   * @param format of the archive
   * @param userId whose it is
   * @param at when it was begun
   * @param entries all but the manifest itself
   * @param missing files that a row names and no storage node has
   */
  private record Manifest(
      String format, String userId, Instant at, List<Entry> entries, List<String> missing) {}

  private record Entry(String name, long bytes, String sha256) {}

  private static final class Zip extends ZipOutputStream {
    Zip(OutputStream out) {
      super(out, StandardCharsets.UTF_8);
    }

    void abandon() {
      def.end();
    }
  }

  /** One entry, counted and digested. */
  private static final class Measured extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest;
    private long bytes;

    Measured(OutputStream out) {
      this.out = out;
      try {
        this.digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] content, int from, int length) throws IOException {
      out.write(content, from, length);
      digest.update(content, from, length);
      bytes += length;
    }

    String digest() {
      return HexFormat.of().formatHex(digest.digest());
    }
  }
}
