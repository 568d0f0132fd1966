package org.tanada.app.upload;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.app.content.FileType;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.PageRequest;
import org.tanada.common.blob.Blobs;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * The bytes of uploads: pieces in the storage, and the rows that make them count. A row announces
 * each file before its first byte is sent: whatever is killed after that, the file is found by its
 * upload and goes with it ({@link UploadCleaner}).
 */
@Component
class UploadPieces {
  private static final Logger log = LoggerFactory.getLogger(UploadPieces.class);

  /** Most pieces of one request with a checksum, which count together or not at all. */
  private static final int MAX_PENDING = 64;

  private final ShopRows rows;
  private final Files files;
  private final IdGenerator ids;
  private final UploadProperties properties;

  UploadPieces(ShopRows rows, Files files, IdGenerator ids, UploadProperties properties) {
    this.rows = rows;
    this.files = files;
    this.ids = ids;
    this.properties = properties;
  }

  /**
   * Stores the next piece of a body, with all its copies.
   *
   * @param pending those before it that do not count yet
   * @param left how much the upload lacks
   * @throws ProblemException {@code content-too-large} for too many pieces, and what the storage
   *     says
   */
  Arrived store(Stored<Upload> upload, List<Arrived> pending, IncomingBody body, long left) {
    checkNumber(upload.value().pieces() + pending.size() + 1);
    long most = properties.pieceSize().toBytes();
    if (pending.size() == MAX_PENDING) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE,
          "With a checksum at most " + MAX_PENDING * most + " bytes are taken.");
    }
    int known = (upload.value().head() + head(pending)).length() / 2;
    IncomingBody.Part part = body.next(Math.min(left, most), Math.max(0, FileType.HEAD - known));
    long id = ids.nextBeside(upload.id());
    announce(upload.owner(), upload.id(), id);
    try {
      long length = files.piece(VideoService.PURPOSE, id, part).size();
      return new Arrived(id, length, HexFormat.of().formatHex(part.head()));
    } catch (ProblemException e) {
      drop(upload.owner(), id);
      throw e;
    }
  }

  /** Makes a file that is about to be stored one that goes with its upload. */
  void announce(long owner, long upload, long file) {
    rows.commit(owner, Write.insert(Piece.TABLE, file, Piece.announced(upload)));
  }

  /** What is written beside the row that names an announced file: it stays from then on. */
  static Write named(long file) {
    return Write.delete(Piece.TABLE, file, null);
  }

  /** Deletes pieces that will never count. */
  void drop(long owner, List<Arrived> pieces) {
    pieces.forEach(piece -> drop(owner, piece.id()));
  }

  private void drop(long owner, long file) {
    try {
      files.remove(VideoService.PURPOSE, file);
      rows.commit(owner, Write.delete(Piece.TABLE, file, null));
    } catch (ProblemException e) {
      log.info("piece {} goes with its upload: {}", file, e.getMessage());
    }
  }

  /**
   * The files of an upload's pieces that count, in order.
   *
   * @throws ProblemException {@code conflict} if they are not what the upload says
   */
  List<Long> of(Stored<Upload> upload) {
    List<Stored<Piece>> pieces = new ArrayList<>();
    @Nullable Long before = null;
    do {
      Rows.TypedPage<Piece> page =
          rows.ofOwnerNow(
              Piece.TABLE,
              upload.owner(),
              Map.of("uploadId", upload.id()),
              new PageRequest(PageRequest.MAX_LIMIT, before));
      page.rows().stream().filter(piece -> piece.value().counts()).forEach(pieces::add);
      before = page.next();
    } while (before != null);
    pieces.sort(Comparator.comparingLong(piece -> piece.value().position()));
    long end = 0;
    for (Stored<Piece> piece : pieces) {
      if (piece.value().position() != end) {
        break;
      }
      end += piece.value().length();
    }
    if (end != upload.value().received()) {
      throw new ProblemException(ProblemCode.CONFLICT, "The upload changes at this moment.");
    }
    return pieces.stream().map(Stored::id).toList();
  }

  /**
   * Makes sure that there are no more than allowed.
   *
   * @throws ProblemException {@code content-too-large}
   */
  void checkNumber(long pieces) {
    if (pieces > Math.min(properties.maxPieces(), Blobs.MAX_PARTS)) {
      throw new ProblemException(
          ProblemCode.CONTENT_TOO_LARGE,
          "At most " + properties.maxPieces() + " pieces are taken: send larger ones.");
    }
  }

  /** The rows that make pieces count. */
  static List<Write> rows(Stored<Upload> upload, List<Arrived> arrived) {
    List<Write> writes = new ArrayList<>();
    long position = upload.value().received();
    for (Arrived piece : arrived) {
      Map<String, @Nullable Object> counted =
          Map.of("position", position, "length", piece.length());
      writes.add(Write.update(Piece.TABLE, piece.id(), null, counted));
      position += piece.length();
    }
    return writes;
  }

  /** What pieces add to the first bytes of their upload, in hexadecimal. */
  static String head(List<Arrived> arrived) {
    StringBuilder head = new StringBuilder();
    arrived.forEach(piece -> head.append(piece.head()));
    return head.toString();
  }

  /**
   * A piece that is durable and does not count yet.
   *
   * @param id of its file
   * @param length in bytes
   * @param head its first bytes, in hexadecimal, if they are among the upload's first
   */
  record Arrived(long id, long length, String head) {}
}
