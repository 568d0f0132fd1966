package org.tanada.app.upload;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.BoundedStream;
import org.tanada.app.content.FileType;
import org.tanada.app.data.ShopRows;
import org.tanada.app.upload.UploadPieces.Arrived;
import org.tanada.app.video.VideoService;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Uploads that can be interrupted. What arrives is kept in pieces, each a file of the storage with
 * all its copies, and counts when its row and the upload's new offset are written, in one
 * transaction that the upload's version guards. So every app server and every storage node can go
 * on with it; of two that write at once, one is told to look again; and no lock can be left behind.
 *
 * <p>With the last piece the storage makes one file of all of them, which becomes the video's
 * content in the same transaction that ends the upload. Until then the last piece does not count: a
 * client whose last request failed sends that piece again.
 */
@Service
class UploadService {
  /** An id that no video has. */
  private static final long NO_VIDEO = 0;

  /** Most parts that are joined. */
  private static final int MAX_JOINED = 16;

  private final ShopRows rows;
  private final UploadPieces pieces;
  private final VideoService videos;
  private final UploadCleaner cleaner;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final AppProperties limits;
  private final UploadProperties properties;

  UploadService(
      ShopRows rows,
      UploadPieces pieces,
      VideoService videos,
      UploadCleaner cleaner,
      IdGenerator ids,
      InstantSource clock,
      AppProperties limits,
      UploadProperties properties) {
    this.rows = rows;
    this.pieces = pieces;
    this.videos = videos;
    this.cleaner = cleaner;
    this.ids = ids;
    this.clock = clock;
    this.limits = limits;
    this.properties = properties;
  }

  /**
   * Begins an upload.
   *
   * @param kind a whole file or a part of one
   * @param metadata names the video, unless it is a part
   * @throws ProblemException {@code content-too-large}, {@code quota-exceeded}, {@code
   *     too-many-requests} if the user has too many open, and what {@link VideoService#checkOwner}
   *     says
   */
  Stored<Upload> create(Identity user, Upload.Kind kind, long length, String metadata) {
    checkLength(length);
    Long video = null;
    if (kind == Upload.Kind.WHOLE) {
      video = Metadata.video(metadata);
      videos.checkOwner(user, video);
    }
    List<Upload> open = open(user); // two that begin at once may both get in
    if (open.size() >= properties.maxOpen()) {
      throw ProblemException.tooMany(
          "You have " + open.size() + " uploads that are not complete: end one first.", 60);
    }
    long arriving = open.stream().mapToLong(Upload::length).sum();
    videos.checkSpace(user, video == null ? NO_VIDEO : video, arriving + length);
    String joined = kind == Upload.Kind.PART ? "partial" : null;
    Upload begun = row(Upload.State.OPEN, kind, length, 0, 0, video, metadata, joined, "");
    return rows.insert(Upload.TABLE, user.userId(), ids, begun, IdempotencyKey.of(null), "");
  }

  /**
   * The user's upload.
   *
   * @throws ProblemException {@code not-found}, also if it is somebody else's; {@code gone} if it
   *     has expired or was ended
   */
  Stored<Upload> find(Identity user, long id) {
    Stored<Upload> upload =
        rows.findNow(Upload.TABLE, id)
            .filter(found -> found.owner() == user.userId())
            .orElseThrow(
                () -> new ProblemException(ProblemCode.NOT_FOUND, "There is no such upload."));
    boolean expired =
        upload.value().state() == Upload.State.OPEN
            && upload.value().expiresAt().isBefore(clock.instant());
    if (expired || upload.value().state() == Upload.State.ENDED) {
      throw new ProblemException(ProblemCode.GONE, "The upload has expired or was ended.");
    }
    return upload;
  }

  /**
   * Takes more bytes; returns when they are durable, and with the last ones when they are the
   * video's content.
   *
   * @param upload as it was found
   * @param offset where they begin: must be where the upload stands
   * @throws ProblemException {@code conflict} if it stands elsewhere, or somebody else goes on with
   *     it; {@code content-too-large}, {@code checksum-mismatch}, {@code unsupported-media-type},
   *     and what a body that breaks off is; what was written before such a failure counts
   */
  Stored<Upload> append(Identity user, Stored<Upload> upload, long offset, IncomingBody body) {
    if (upload.value().kind() == Upload.Kind.JOINED) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "What was joined takes no more bytes.");
    }
    if (offset != upload.value().received()) {
      throw elsewhere(upload.value().received());
    }
    return append(user, upload, body);
  }

  /** The same on an upload that was just begun. */
  Stored<Upload> append(Identity user, Stored<Upload> begun, IncomingBody body) {
    Stored<Upload> upload = begun;
    long left = upload.value().length() - upload.value().received();
    if (body.announced() > left) {
      throw beyond(upload.value());
    }
    List<Arrived> pending = new ArrayList<>();
    try {
      while (left > 0 && body.hasMore()) {
        Arrived arrived = pieces.store(upload, pending, body, left);
        pending.add(arrived);
        left -= arrived.length();
        boolean last = left == 0 && upload.value().kind() == Upload.Kind.WHOLE;
        if (body.checksum() == null && !last) {
          upload = count(upload, pending);
          pending.clear();
        }
      }
      if (left == 0 && body.hasMore()) {
        throw beyond(upload.value());
      }
      Checksum checksum = body.checksum();
      if (checksum != null) {
        body.checkWhole();
        checksum.check();
      }
      if (!pending.isEmpty()) {
        boolean last = left == 0 && upload.value().kind() == Upload.Kind.WHOLE;
        upload = last ? complete(user, upload, pending) : count(upload, pending);
        pending.clear();
      }
    } catch (ProblemException e) {
      pieces.drop(
          upload.owner(), pending); // they do not count, or are part of the video's content already
      throw e;
    }
    body.checkWhole();
    return upload;
  }

  /**
   * Makes the content of a video of complete parts, which end with that.
   *
   * @param joined {@code Upload-Concat} as it came
   * @param parts in order
   * @throws ProblemException {@code conflict} if one of them is no part, or not complete
   */
  Stored<Upload> join(Identity user, String metadata, String joined, List<Long> parts) {
    long video = Metadata.video(metadata);
    videos.checkOwner(user, video);
    if (parts.isEmpty()
        || parts.size() > MAX_JOINED
        || parts.stream().distinct().count() < parts.size()) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "Join 1 to " + MAX_JOINED + " different parts.");
    }
    List<Long> contents = new ArrayList<>();
    List<Write> ends = new ArrayList<>();
    StringBuilder head = new StringBuilder();
    long length = 0;
    for (long id : parts) {
      Stored<Upload> part = find(user, id);
      if (part.value().kind() != Upload.Kind.PART || !part.value().complete()) {
        throw new ProblemException(
            ProblemCode.CONFLICT, "Upload " + id + " is no part, or not complete.");
      }
      length += part.value().length();
      head.append(part.value().head());
      contents.addAll(pieces.of(part));
      ends.add(Write.update(Upload.TABLE, id, part.version(), Map.of("state", Upload.State.ENDED)));
    }
    checkLength(length);
    pieces.checkNumber(contents.size());
    String start = head.substring(0, Math.min(head.length(), 2 * FileType.HEAD));
    Upload row =
        row(
            Upload.State.DONE,
            Upload.Kind.JOINED,
            length,
            length,
            0,
            video,
            metadata,
            joined,
            start);
    long id = ids.nextBeside(user.userId());
    ends.add(Write.insert(Upload.TABLE, id, row));
    place(user, parts.getFirst(), row, contents, ends);
    parts.forEach(part -> cleaner.later(user.userId(), part));
    return rows.findNow(Upload.TABLE, id).orElseThrow();
  }

  /** Ends an upload; nothing of it is kept, unless it is a video's content already. */
  void end(Identity user, long id) {
    Stored<Upload> upload = find(user, id);
    Map<String, @Nullable Object> ended = Map.of("state", Upload.State.ENDED);
    rows.commit(user.userId(), Write.update(Upload.TABLE, id, upload.version(), ended));
    cleaner.later(user.userId(), id);
  }

  /** Makes what has arrived count; takes it out of the list if nobody knows whether it does. */
  private Stored<Upload> count(Stored<Upload> upload, List<Arrived> arrived) {
    if (upload.value().kind() == Upload.Kind.WHOLE) {
      checkType(upload.value().head() + UploadPieces.head(arrived), false);
    }
    List<Write> writes = new ArrayList<>();
    writes.add(update(upload, arrived, Upload.State.OPEN));
    writes.addAll(UploadPieces.rows(upload, arrived));
    try {
      return ShopRows.only(Upload.TABLE, rows.commit(upload.owner(), writes.toArray(Write[]::new)));
    } catch (ProblemException e) {
      if (ShopRows.maybeDone(e)) {
        arrived.clear();
      }
      throw somebodyElse(e);
    }
  }

  private Stored<Upload> complete(Identity user, Stored<Upload> upload, List<Arrived> arrived) {
    Upload before = upload.value();
    List<Long> contents = new ArrayList<>(pieces.of(upload));
    arrived.forEach(last -> contents.add(last.id()));
    List<Write> writes = new ArrayList<>();
    writes.add(update(upload, arrived, Upload.State.DONE));
    writes.addAll(UploadPieces.rows(upload, arrived));
    Upload whole =
        row(
            Upload.State.DONE,
            before.kind(),
            before.length(),
            before.length(),
            contents.size(),
            before.videoId(),
            before.metadata(),
            null,
            before.head() + UploadPieces.head(arrived));
    try {
      place(user, upload.id(), whole, contents, writes);
    } catch (ProblemException e) {
      throw somebodyElse(e);
    }
    cleaner.later(upload.owner(), upload.id());
    return rows.findNow(Upload.TABLE, upload.id()).orElseThrow();
  }

  /** Makes the pieces a video's content, which goes with the given upload if that fails. */
  private void place(
      Identity user, long upload, Upload whole, List<Long> contents, List<Write> beside) {
    Long video = whole.videoId();
    if (video == null) {
      throw new IllegalStateException("a part is no video's content");
    }
    FileType type = checkType(whole.head(), true);
    if (type == null) {
      throw new IllegalStateException("its type was checked");
    }
    videos.compose(
        user,
        video,
        type,
        contents,
        whole.length(),
        content -> {
          pieces.announce(user.userId(), upload, content);
          List<Write> all = new ArrayList<>(beside);
          all.add(UploadPieces.named(content));
          return all;
        });
  }

  private Write update(Stored<Upload> upload, List<Arrived> arrived, Upload.State state) {
    Instant expires = expiry();
    Map<String, @Nullable Object> values = new HashMap<>();
    values.put("state", state);
    values.put(
        "received", upload.value().received() + arrived.stream().mapToLong(Arrived::length).sum());
    values.put("pieces", upload.value().pieces() + arrived.size());
    values.put("head", upload.value().head() + UploadPieces.head(arrived));
    values.put("expiresAt", expires);
    values.put("expiresDay", Upload.day(expires));
    return Write.update(Upload.TABLE, upload.id(), upload.version(), values);
  }

  private Upload row(
      Upload.State state,
      Upload.Kind kind,
      long length,
      long received,
      long pieces,
      @Nullable Long video,
      String metadata,
      @Nullable String joined,
      String head) {
    Instant expires = expiry();
    return new Upload(
        state,
        kind,
        length,
        received,
        pieces,
        video,
        metadata,
        joined,
        head,
        expires,
        Upload.day(expires));
  }

  private Instant expiry() {
    return clock.instant().plus(properties.expiry()).truncatedTo(ChronoUnit.SECONDS);
  }

  private void checkLength(long length) {
    if (length > limits.maxVideoSize().toBytes()) {
      throw BoundedStream.tooLarge(limits.maxVideoSize());
    }
    if (length == 0) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "The file is empty.");
    }
  }

  /** Whose uploads are not complete. */
  private List<Upload> open(Identity user) {
    Instant now = clock.instant();
    return rows
        .ofOwnerNow(
            Upload.TABLE,
            user.userId(),
            Map.of("state", Upload.State.OPEN),
            PageRequest.first(PageRequest.MAX_LIMIT))
        .rows()
        .stream()
        .map(Stored::value)
        .filter(upload -> upload.expiresAt().isAfter(now))
        .toList();
  }

  /**
   * The type that the first bytes tell.
   *
   * @param all whether there are no more
   * @return null if more of them are needed
   */
  private static @Nullable FileType checkType(String head, boolean all) {
    byte[] bytes = HexFormat.of().parseHex(head);
    for (FileType type : FileType.VIDEOS) {
      if (type.begins(bytes)) {
        return type;
      }
    }
    if (!all && bytes.length < FileType.HEAD) {
      return null;
    }
    throw new ProblemException(
        ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The content is neither video/mp4 nor video/webm.");
  }

  private static ProblemException elsewhere(long offset) {
    return new ProblemException(ProblemCode.CONFLICT, "The upload stands at " + offset + ".");
  }

  private static ProblemException beyond(Upload upload) {
    return new ProblemException(
        ProblemCode.CONTENT_TOO_LARGE,
        "The upload has " + upload.length() + " bytes, and would get more.");
  }

  private static ProblemException somebodyElse(ProblemException e) {
    return e.code() == ProblemCode.VERSION_MISMATCH
        ? new ProblemException(ProblemCode.CONFLICT, "Somebody else goes on with this upload.", e)
        : e;
  }
}
