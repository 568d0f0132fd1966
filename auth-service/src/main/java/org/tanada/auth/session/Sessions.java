package org.tanada.auth.session;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.account.AccountPart;
import org.tanada.auth.account.SignIns;
import org.tanada.auth.revocation.CurrentUsers;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Networks;
import org.tanada.auth.store.RowSecret;
import org.tanada.auth.store.Secrets;
import org.tanada.auth.store.User;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Cookie sessions. Any server can check a session that any other opened. One that was ended is a
 * row that is gone, and before that an entry among the revocations: a copy of the row that is
 * behind, and servers that remember an answer, refuse it by that.
 */
@Component
public final class Sessions implements AccountPart {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);
  private static final int MAX_USER_AGENT = 200;

  private final AccountRows rows;
  private final SignIns signIns;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SecureRandom random;
  private final SessionProperties properties;
  private final RevocationLog revocations;
  private final CurrentUsers users;

  Sessions(
      AccountRows rows,
      SignIns signIns,
      IdGenerator ids,
      InstantSource clock,
      SecureRandom random,
      SessionProperties properties,
      RevocationLog revocations,
      CurrentUsers users) {
    this.rows = rows;
    this.signIns = signIns;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
    this.properties = properties;
    this.revocations = revocations;
    this.users = users;
  }

  /**
   * Signs in who has proved to be the user, always with a new id; the session that the browser had
   * before ends. {@code unavailable}.
   */
  public OpenedSession open(
      SignIns.Proof proof,
      @Nullable String userAgent,
      @Nullable String network,
      @Nullable String replaces) {
    return opened(
        proof.user(),
        new Client(userAgent, network, replaces),
        null,
        end -> signIns.confirm(proof, end));
  }

  /**
   * The browser that a session is for.
   *
   * @param userAgent cut to 200 characters; null if unknown
   * @param network its address; null if unknown. Only its network is kept
   * @param replaces the session cookie that it had before, whose session ends; null if none
   */
  public record Client(
      @Nullable String userAgent, @Nullable String network, @Nullable String replaces) {
    @Override
    public String toString() {
      return "Client[…]";
    }
  }

  /**
   * The same for somebody whom a provider, or a passkey, has signed in.
   *
   * @param confirm asked when the session is kept: runs what it is given, which ends it, and throws
   *     if the sign-in does not hold any more
   */
  public OpenedSession open(
      Stored<User> user, Client client, SessionOrigin origin, Consumer<Runnable> confirm) {
    return opened(user, client, origin, confirm);
  }

  private OpenedSession opened(
      Stored<User> user,
      Client client,
      @Nullable SessionOrigin origin,
      Consumer<Runnable> confirm) {
    long userId = user.id();
    Instant now = clock.instant();
    RowSecret cookie = RowSecret.issue(ids.nextBeside(userId), random);
    SessionRow row =
        new SessionRow(
            Secrets.digest(cookie.secret()),
            now,
            now.plus(properties.lifetime()),
            cut(client.userAgent(), MAX_USER_AGENT),
            Networks.of(client.network()),
            origin == null ? null : (Long) origin.openedBy(),
            origin == null ? null : origin.providerSession(),
            origin == null ? null : origin.idTokenEncrypted(),
            null);
    replaced(client.replaces())
        .ifPresent(before -> {
          revocations.session(before.id());
          rows.deleteIfPresent(SessionRow.TABLE, before.owner(), before.id());
        });
    makeRoom(userId, now);
    String token = rows.commit(userId, Write.insert(SessionRow.TABLE, cookie.id(), row)).token();
    confirm.accept(() -> end(userId, cookie.id()));
    Session session = session(cookie.id(), now, row);
    return new OpenedSession(cookie.value(), session, identity(user, session), token);
  }

  /** Who the cookie stands for. {@code unauthenticated}. */
  public Identity verify(@Nullable String value) {
    RowSecret cookie = RowSecret.parse(value);
    Stored<SessionRow> stored = cookie == null ? null : row(cookie).orElse(null);
    if (cookie == null
        || stored == null
        || !Secrets.matches(cookie.secret(), stored.value().secretHash())
        || !live(stored)
        || revocations.known().denies(stored.owner(), stored.id())) {
      throw unauthenticated();
    }
    Stored<User> user = users.active(stored.owner()).orElseThrow(Sessions::unauthenticated);
    return identity(user, session(stored.id(), stored.createdAt(), touched(stored)));
  }

  /** A copy that is behind will do as long as this server knows all that was revoked. */
  private Optional<Stored<SessionRow>> row(RowSecret cookie) {
    return revocations.known().fresh()
        ? rows.find(SessionRow.TABLE, cookie.id())
        : rows.findNow(SessionRow.TABLE, cookie.id());
  }

  private Optional<Stored<SessionRow>> replaced(@Nullable String value) {
    RowSecret cookie = RowSecret.parse(value);
    return cookie == null
        ? Optional.empty()
        : rows.findNow(SessionRow.TABLE, cookie.id())
            .filter(stored -> Secrets.matches(cookie.secret(), stored.value().secretHash()));
  }

  /** The live sessions of a user, newest first. */
  public List<Session> list(long userId) {
    return rows.ofOwner(SessionRow.TABLE, userId).stream()
        .filter(this::live)
        .map(stored -> session(stored.id(), stored.createdAt(), stored.value()))
        .toList();
  }

  /** Ends one session. {@code not-found} if the user has no such session. */
  public void end(long userId, long sessionId) {
    boolean own =
        rows.findNow(SessionRow.TABLE, sessionId)
            .filter(stored -> stored.owner() == userId)
            .isPresent();
    if (!own) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such session.");
    }
    revocations.session(sessionId);
    rows.deleteIfPresent(SessionRow.TABLE, userId, sessionId);
  }

  @Override
  public void endAll(long userId) {
    rows.deleteOwned(SessionRow.TABLE, userId);
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "sessions",
        rows.ofOwner(SessionRow.TABLE, userId).stream().map(Sessions::exported).toList());
  }

  private static Object exported(Stored<SessionRow> stored) {
    SessionRow row = stored.value();
    return new Exported(
        Long.toString(stored.id()),
        stored.createdAt(),
        row.lastUsedAt(),
        row.expiresAt(),
        row.userAgent(),
        row.network());
  }

  private record Exported(
      String id,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      @Nullable String userAgent,
      @Nullable String network) {}

  @Override
  public void end(long id) {
    rows.findNow(SessionRow.TABLE, id)
        .ifPresent(stored -> rows.deleteIfPresent(SessionRow.TABLE, stored.owner(), id));
  }

  /** Sweeps what has ended, and the oldest of what is left if there are too many. */
  private void makeRoom(long userId, Instant now) {
    List<Stored<SessionRow>> all = rows.ofOwner(SessionRow.TABLE, userId);
    List<Stored<SessionRow>> surplus = new ArrayList<>();
    int kept = 0;
    for (Stored<SessionRow> stored : all) {
      boolean over = !now.isBefore(stored.value().end(properties.idle()));
      if (over || ++kept >= properties.maxPerUser()) {
        surplus.add(stored);
      }
    }
    for (Stored<SessionRow> stored : surplus) {
      if (live(stored)) {
        revocations.session(stored.id());
      }
      rows.deleteIfPresent(SessionRow.TABLE, userId, stored.id());
    }
  }

  private boolean live(Stored<SessionRow> stored) {
    return clock.instant().isBefore(stored.value().end(properties.idle()));
  }

  /** The session with the time of last use brought up to date; failing that is no refusal. */
  private SessionRow touched(Stored<SessionRow> stored) {
    SessionRow row = stored.value();
    Instant now = clock.instant();
    if (now.isBefore(row.lastUsedAt().plus(properties.touchInterval()))) {
      return row;
    }
    try {
      rows.commit(
          stored.owner(),
          Write.update(SessionRow.TABLE, stored.id(), stored.version(), Map.of("lastUsedAt", now)));
    } catch (ProblemException e) {
      switch (e.code()) {
        case NOT_FOUND -> throw unauthenticated(); // it was ended meanwhile
        case VERSION_MISMATCH -> log.debug("another server noted the use of a session");
        default -> log.warn("the use of a session could not be noted", e);
      }
    }
    return row.used(now);
  }

  private Session session(long id, Instant createdAt, SessionRow row) {
    return new Session(
        id,
        createdAt,
        row.lastUsedAt(),
        row.end(properties.idle()),
        row.userAgent(),
        row.network());
  }

  private static Identity identity(Stored<User> user, Session session) {
    return new Identity(
        user.id(),
        user.value().username(),
        user.value().displayName(),
        user.value().roleList(),
        session.id(),
        session.expiresAt());
  }

  private static @Nullable String cut(@Nullable String text, int length) {
    return text == null || text.length() <= length ? text : text.substring(0, length);
  }

  private static ProblemException unauthenticated() {
    return new ProblemException(
        ProblemCode.UNAUTHENTICATED, "The session is unknown, has expired or was ended.");
  }
}
