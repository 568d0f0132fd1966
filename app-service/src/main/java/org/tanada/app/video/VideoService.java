package org.tanada.app.video;

import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.tanada.app.config.AppProperties;
import org.tanada.app.content.Content;
import org.tanada.app.content.FileType;
import org.tanada.app.content.Files;
import org.tanada.app.data.ShopRows;
import org.tanada.app.edge.Purger;
import org.tanada.app.web.Checks;
import org.tanada.app.web.IdempotencyKey;
import org.tanada.app.web.IfMatch;
import org.tanada.app.web.Money;
import org.tanada.app.web.PageRequest;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.blob.Blob;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** Videos as the API and the pages see them. */
@Service
public class VideoService {
  /** Where their content is stored. */
  public static final String PURPOSE = "videos";

  private static final int ATTEMPTS = 5;

  private final ShopRows rows;
  private final Files files;
  private final Previews previews;
  private final IdGenerator ids;
  private final Purger purger;
  private final Checks checks;
  private final InstantSource clock;
  private final Sellers sellers;
  private final AppProperties properties;

  VideoService(
      ShopRows rows,
      Files files,
      Previews previews,
      IdGenerator ids,
      Purger purger,
      Checks checks,
      InstantSource clock,
      Sellers sellers,
      AppProperties properties) {
    this.rows = rows;
    this.files = files;
    this.previews = previews;
    this.ids = ids;
    this.purger = purger;
    this.checks = checks;
    this.clock = clock;
    this.sellers = sellers;
    this.properties = properties;
  }

  /**
   * Creates a draft, which makes a customer a seller.
   *
   * @throws ProblemException {@code validation-failed}, {@code idempotency-key-reused}, {@code
   *     forbidden} if an administrator has taken that role
   */
  public Stored<Video> create(Identity owner, NewVideo video, IdempotencyKey key) {
    checks.valid(video);
    if (video.price() == null) {
      throw ProblemException.invalid("price", "is required"); // never here: it was checked
    }
    Money price = video.price().money();
    String description = video.description() == null ? "" : video.description().strip();
    Video row =
        new Video(
            String.valueOf(video.title()).strip(),
            description,
            price.amountMinor(),
            price.currency(),
            Video.State.DRAFT,
            null,
            null,
            null,
            null,
            null);
    String fingerprint =
        IdempotencyKey.fingerprint(
            "POST /videos", row.title(), row.description(), row.priceMinor(), row.currency());
    sellers.require(owner);
    return rows.insert(Video.TABLE, owner.userId(), ids, row, key, fingerprint);
  }

  /**
   * A video that this viewer may see: published, or their own.
   *
   * @param viewer null for an anonymous visitor
   * @throws ProblemException {@code not-found}
   */
  public Stored<Video> visible(@Nullable Identity viewer, long id) {
    return find(id)
        .filter(video -> video.value().isPublished() || isOwner(viewer, video))
        .orElseThrow(VideoService::missing);
  }

  /** A video, whoever may see it. */
  public Optional<Stored<Video>> find(long id) {
    return rows.find(Video.TABLE, id);
  }

  /** A video as it is on the primary right now, whoever may see it: to decide on a write. */
  public Optional<Stored<Video>> findNow(long id) {
    return rows.findNow(Video.TABLE, id);
  }

  /** Videos by id, whoever may see them; those that do not exist are left out. */
  public Map<Long, Stored<Video>> findAll(List<Long> ids) {
    return rows.findAll(Video.TABLE, ids);
  }

  /** All users' published videos, newest first. */
  public Rows.TypedPage<Video> newest(PageRequest page) {
    return rows.newest(Video.TABLE, Map.of("state", Video.State.PUBLISHED), page);
  }

  /**
   * One user's videos, newest first: all of them for their owner, else the published ones.
   *
   * @param viewer null for an anonymous visitor
   */
  public Rows.TypedPage<Video> ofOwner(@Nullable Identity viewer, long owner, PageRequest page) {
    boolean own = viewer != null && viewer.userId() == owner;
    Map<String, @Nullable Object> where = own ? Map.of() : Map.of("state", Video.State.PUBLISHED);
    return rows.ofOwner(Video.TABLE, owner, where, page);
  }

  /**
   * Changes title, description or price.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code version-mismatch}, {@code
   *     validation-failed}
   */
  public Stored<Video> change(Identity owner, long id, IfMatch ifMatch, VideoChange change) {
    checks.valid(change);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    if (change.title() != null) {
      values.put("title", change.title().strip());
    }
    if (change.description() != null) {
      values.put("description", change.description().strip());
    }
    if (change.price() != null) {
      values.put("priceMinor", change.price().amountMinor());
      values.put("currency", change.price().currency());
    }
    Stored<Video> now = owned(owner, id);
    ifMatch.check(now.version());
    if (values.isEmpty()) {
      return now;
    }
    Stored<Video> changed = update(now, values);
    if (changed.value().isPublished()) {
      purger.videoChanged(id, owner.userId());
    }
    return changed;
  }

  /**
   * Deletes a video with its content. One that was sold can only be withdrawn, as its buyers keep
   * what they paid for.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code version-mismatch}, {@code
   *     conflict} if it was sold
   */
  public void delete(Identity owner, long id, IfMatch ifMatch) {
    List<Long> dropped = new ArrayList<>();
    repeat(
        owner,
        id,
        now -> {
          ifMatch.check(now.version());
          if (wasSold(owner.userId(), id)) {
            throw new ProblemException(
                ProblemCode.CONFLICT, "It was sold: withdraw it, its buyers keep it.");
          }
          Optional<Stored<VideoPreview>> preview = previews.now(id);
          List<Write> writes = new ArrayList<>();
          writes.add(Write.delete(Video.TABLE, id, now.version()));
          writes.addAll(previews.deleted(preview));
          dropped.clear();
          preview.flatMap(Previews::poster).ifPresent(dropped::add);
          Long content = now.value().contentId();
          if (content != null) {
            writes.add(Files.unnamed(PURPOSE, content));
            dropped.add(content);
          }
          rows.commit(owner.userId(), writes.toArray(Write[]::new));
          return now;
        });
    dropped.forEach(file -> files.drop(owner.userId(), PURPOSE, file));
    purger.videoChanged(id, owner.userId());
  }

  /**
   * Makes sure that the user may upload content, before any of it is read.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}
   */
  public void checkOwner(Identity owner, long id) {
    owned(owner, id);
  }

  /**
   * Makes sure that the user has space for so much more, in place of the video's content so far.
   *
   * @throws ProblemException {@code quota-exceeded}
   */
  public void checkSpace(Identity owner, long id, long size) {
    long used = size;
    @Nullable Long before = null;
    do {
      Rows.TypedPage<Video> page =
          rows.ofOwnerNow(
              Video.TABLE,
              owner.userId(),
              Map.of(),
              new PageRequest(PageRequest.MAX_LIMIT, before));
      for (Stored<Video> video : page.rows()) {
        Long content = video.value().contentSize();
        used += content == null || video.id() == id ? 0 : content;
      }
      before = page.next();
    } while (before != null);
    if (used > properties.videoQuota().toBytes()) {
      throw new ProblemException(
          ProblemCode.QUOTA_EXCEEDED,
          "Your videos may take %d MiB together, and would take %d."
              .formatted(properties.videoQuota().toMegabytes(), used >> 20));
    }
  }

  /**
   * Stores the content, in place of the old one if there was any.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code content-too-large},
   *     {@code quota-exceeded}, {@code digest-mismatch} if the content ended too early
   */
  public Stored<Video> upload(Identity owner, long id, Content content) {
    owned(owner, id);
    checkSpace(owner, id, Math.max(0, content.length()));
    long contentId = ids.nextBeside(id);
    return files.store(
        owner.userId(),
        PURPOSE,
        contentId,
        content,
        fresh -> {
          if (content.length() < 0) {
            checkSpace(owner, id, fresh.blob().size()); // nobody knew it before
          }
          return name(owner, id, fresh.blob(), List.of(fresh.named()));
        });
  }

  /**
   * Makes the content of files that are in the storage already, as if it had been uploaded in one
   * piece.
   *
   * @param parts the files, in order, which stay
   * @param beside is told the content's id before there is such a file, and gives what is written
   *     in the transaction that names it
   * @throws ProblemException {@code not-found}, {@code forbidden}, {@code version-mismatch} if a
   *     write beside it does not fit
   */
  public Stored<Video> compose(
      Identity owner,
      long id,
      FileType type,
      List<Long> parts,
      long length,
      LongFunction<List<Write>> beside) {
    owned(owner, id);
    long contentId = ids.nextBeside(id);
    List<Write> writes = beside.apply(contentId);
    return files.compose(
        PURPOSE, contentId, type, parts, length, blob -> name(owner, id, blob, writes));
  }

  /**
   * Makes a video visible to everybody; one that is already stays as it is.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}, also if a moderator has
   *     withdrawn it, {@code conflict} without content
   */
  public Stored<Video> publish(Identity owner, long id) {
    Stored<Video> published =
        repeat(
            owner,
            id,
            now -> {
              if (now.value().contentId() == null) {
                throw new ProblemException(ProblemCode.CONFLICT, "Upload its content first.");
              }
              if (now.value().isPublished()) {
                return now;
              }
              if (now.value().moderatedAt() != null) {
                throw new ProblemException(
                    ProblemCode.FORBIDDEN, "A moderator has withdrawn it: ask them why.");
              }
              sellers.require(owner);
              Map<String, @Nullable Object> values = new LinkedHashMap<>();
              values.put("state", Video.State.PUBLISHED);
              values.put("publishedAt", clock.instant().truncatedTo(ChronoUnit.MICROS));
              return update(now, values);
            });
    purger.videoChanged(id, owner.userId());
    return published;
  }

  /**
   * Takes a published video back; one that is not published stays as it is.
   *
   * @throws ProblemException {@code not-found}, {@code forbidden}
   */
  public Stored<Video> withdraw(Identity owner, long id) {
    Stored<Video> withdrawn =
        repeat(
            owner,
            id,
            now ->
                now.value().isPublished()
                    ? update(now, Map.of("state", Video.State.WITHDRAWN))
                    : now);
    purger.videoChanged(id, owner.userId());
    return withdrawn;
  }

  /** Whether the viewer owns the video. */
  public static boolean isOwner(@Nullable Identity viewer, Stored<Video> video) {
    return viewer != null && viewer.userId() == video.owner();
  }

  /** What is said of a video that does not exist, or that the viewer may not see. */
  public static ProblemException missing() {
    return new ProblemException(ProblemCode.NOT_FOUND, "There is no such video.");
  }

  /** Makes a stored file the content, in place of the old one if there was any. */
  private Stored<Video> name(Identity owner, long id, Blob blob, List<Write> beside) {
    List<Long> dropped = new ArrayList<>();
    Stored<Video> changed =
        repeat(
            owner,
            id,
            now -> {
              Optional<Stored<VideoPreview>> preview = previews.now(id);
              dropped.clear();
              preview.flatMap(Previews::poster).ifPresent(dropped::add);
              Map<String, @Nullable Object> values = new LinkedHashMap<>();
              values.put("contentId", blob.id());
              values.put("contentType", blob.contentType());
              values.put("contentSize", blob.size());
              List<Write> writes = new ArrayList<>(beside);
              writes.addAll(previews.replaced(preview, id, blob.id()));
              Long replaced = now.value().contentId();
              if (replaced != null) {
                writes.add(Files.unnamed(PURPOSE, replaced));
                dropped.add(replaced);
              }
              return update(now, values, writes);
            });
    dropped.forEach(file -> files.drop(owner.userId(), PURPOSE, file));
    if (changed.value().isPublished()) {
      purger.videoChanged(id, owner.userId());
    }
    return changed;
  }

  private boolean wasSold(long owner, long id) {
    // the shop's other half keeps this table; named here, as a dependency would run in a circle
    return rows.exists("sales", owner, Map.of("video_id", id));
  }

  private Stored<Video> owned(Identity user, long id) {
    Stored<Video> video = rows.findNow(Video.TABLE, id).orElseThrow(VideoService::missing);
    if (isOwner(user, video)) {
      return video;
    }
    if (video.value().isPublished()) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "The video is somebody else's.");
    }
    throw missing(); // that it exists is nobody else's business
  }

  /** Reads and changes anew while others change the same video in between. */
  private Stored<Video> repeat(
      Identity owner, long id, Function<Stored<Video>, Stored<Video>> change) {
    for (int attempt = 1; ; attempt++) {
      try {
        return change.apply(owned(owner, id));
      } catch (ProblemException e) {
        if (e.code() != ProblemCode.VERSION_MISMATCH || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private Stored<Video> update(Stored<Video> now, Map<String, @Nullable Object> values) {
    return update(now, values, List.of());
  }

  private Stored<Video> update(
      Stored<Video> now, Map<String, @Nullable Object> values, List<Write> beside) {
    List<Write> writes = new ArrayList<>();
    writes.add(Write.update(Video.TABLE, now.id(), now.version(), values));
    writes.addAll(beside);
    return ShopRows.only(Video.TABLE, rows.commit(now.owner(), writes.toArray(Write[]::new)));
  }
}
