package org.tanada.app.testing;

import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import io.jsonwebtoken.security.OctetPublicJwk;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.app.user.UserRow;
import org.tanada.common.account.AccessContract;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Table;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/**
 * auth-service in memory: users are rows like the real one's, tokens are signed with a real Ed25519
 * key, passwords are kept as they are.
 */
public final class FakeAccounts implements AccountsContract, AccessContract, PersonalDataContract {
  private final RowsContract router;
  private final Rows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final Crashes crashes;
  private final Map<Long, Integer> exports = new HashMap<>();
  private final KeyPair keys = Jwks.CRV.Ed25519.keyPair().build();
  private final Map<String, String> passwords = new HashMap<>();
  private final Map<String, Long> users = new HashMap<>();
  private final Map<String, Session> sessions = new HashMap<>();
  private final Map<Long, Long> owners = new HashMap<>();
  private final Map<String, Long> refresh = new HashMap<>();
  private final Map<String, SignedUp> answers = new HashMap<>();
  private final List<Revocation> revocations = new ArrayList<>();
  private final Set<Long> twoSteps = new HashSet<>();
  private final Map<String, Long> tickets = new HashMap<>();
  private int shard;
  private boolean down;
  private boolean hiding;
  private int verifications;

  FakeAccounts(RowsContract router, IdGenerator ids, InstantSource clock, Crashes crashes) {
    this.router = router;
    this.rows = new Rows(router);
    this.ids = ids;
    this.clock = clock;
    this.crashes = crashes;
  }

  /** From now on every call fails with {@code unavailable}, or works again. */
  public synchronized void down(boolean isDown) {
    down = isDown;
  }

  /** From now on nobody is told that an address is taken, and none is an account's at first. */
  public synchronized void hideTakenAddresses(boolean isHiding) {
    hiding = isHiding;
  }

  /** How often a cookie was held against this so far. */
  public synchronized int verifications() {
    return verifications;
  }

  /** An access token of the user that ends so much later, signed by this or by a foreign key. */
  public String token(long userId, Duration lifetime, boolean genuine) {
    Stored<UserRow> user = user(userId);
    KeyPair signer = genuine ? keys : Jwks.CRV.Ed25519.keyPair().build();
    return Jwts.builder()
        .header()
        .keyId("test")
        .and()
        .issuer(AccessTokens.ISSUER)
        .audience()
        .add(AccessTokens.AUDIENCE)
        .and()
        .subject(Long.toString(userId))
        .issuedAt(Date.from(clock.instant()))
        .claim(AccessTokens.SESSION, Long.toString(ids.nextBeside(userId)))
        .expiration(Date.from(clock.instant().plus(lifetime)))
        .claim(AccessTokens.USERNAME, user.value().username())
        .claim(AccessTokens.NAME, user.value().displayName())
        .claim(AccessTokens.ROLES, FakeAdministration.roles(user.value()))
        .signWith(signer.getPrivate(), Jwts.SIG.EdDSA)
        .compact();
  }

  @Override
  public synchronized SignedUp signUp(SignUp signUp) {
    up();
    String key = signUp.idempotencyKey();
    if (key != null && answers.containsKey(key)) {
      return answers.get(key);
    }
    long id = ids.next(shard++ % 64); // neighbours live on different shards
    String email = signUp.email().toLowerCase(Locale.ROOT);
    String username = signUp.username().toLowerCase(Locale.ROOT);
    if (!hiding) {
      claim("email", email, id, ProblemCode.EMAIL_TAKEN);
    }
    try {
      claim("username", username, id, ProblemCode.USERNAME_TAKEN);
    } catch (ProblemException e) {
      if (!hiding) {
        router.release(claim("email", email, id));
      }
      throw e;
    }
    UserRow row =
        new UserRow(
            hiding ? "" : signUp.email(),
            signUp.username(),
            signUp.displayName(),
            "",
            null,
            null,
            "customer",
            "active",
            null);
    Transaction.Committed done =
        rows.commit(
            new Transaction(
                id,
                List.of(Write.insert(UserRow.TABLE, id, row)),
                List.of(),
                UUID.randomUUID().toString(),
                "",
                null));
    if (!hiding) {
      users.put(email, id);
      passwords.put(email, signUp.password());
    }
    SignedUp answer = new SignedUp(id, done.token());
    if (key != null) {
      answers.put(key, answer);
    }
    return answer;
  }

  @Override
  public synchronized void beginDeletion(long userId) {
    up();
    crashes.around(() -> {
      begin(userId);
      return userId;
    });
  }

  private void begin(long userId) {
    Stored<UserRow> user = rows.find(UserRow.TABLE, userId, Consistency.PRIMARY).orElse(null);
    if (user == null || rows.find(Wish.TABLE, userId, Consistency.PRIMARY).isPresent()) {
      return;
    }
    Wish wish =
        new Wish(
            "account",
            user.value().avatarId(),
            user.value().avatarSmallId(),
            0,
            clock.instant(),
            null);
    rows.commit(
        new Transaction(
            userId,
            List.of(
                Write.update(UserRow.TABLE, userId, null, Map.of("state", "deleted")),
                Write.insert(Wish.TABLE, userId, wish)),
            List.of(),
            UUID.randomUUID().toString(),
            "",
            null));
    signOutEverywhere(userId, clock.instant());
  }

  /** A row of {@code deletions} as auth-service writes it. */
  private record Wish(
      String state,
      @Nullable Long avatarId,
      @Nullable Long avatarSmallId,
      int attempts,
      Instant notBefore,
      @Nullable String error) {
    static final Table<Wish> TABLE = new Table<>("deletions", Wish.class);
  }

  @Override
  public synchronized Held export(long userId) {
    up();
    if (exports.merge(userId, 1, Integer::sum) > 3) {
      throw ProblemException.tooMany("Too often.", 17);
    }
    Map<String, List<Object>> kinds = new HashMap<>();
    for (String kind :
        List.of(
            "password",
            "programs",
            "provider-links",
            "passkeys",
            "second-factor",
            "networks",
            "mailed-links",
            "mails")) {
      kinds.put(kind, List.of());
    }
    kinds.put("sessions", List.of(Map.of("network", "192.0.2.0/24")));
    return new Held(kinds);
  }

  @Override
  public synchronized void deleteUser(long userId) {
    up();
    crashes.around(() -> {
      begin(userId);
      rows.find(UserRow.TABLE, userId, Consistency.PRIMARY)
          .ifPresent(user -> delete(userId, user.value()));
      return userId;
    });
  }

  private void delete(long userId, UserRow row) {
    router.release(claim("email", row.email().toLowerCase(Locale.ROOT), userId));
    router.release(claim("username", row.username().toLowerCase(Locale.ROOT), userId));
    users.values().remove(userId);
    signOutEverywhere(userId);
    rows.commit(
        new Transaction(
            userId,
            List.of(Write.delete(UserRow.TABLE, userId, null)),
            List.of(),
            UUID.randomUUID().toString(),
            "",
            null));
  }

  @Override
  public synchronized OpenedSession openSession(OpenSession open) {
    up();
    return openSession(oneStep(authenticate(open)), open);
  }

  private long oneStep(long userId) {
    if (twoSteps.contains(userId)) {
      String ticket = UUID.randomUUID().toString();
      tickets.put(ticket, userId);
      throw ProblemException.secondStep(ticket);
    }
    return userId;
  }

  /** From now on sign-ins by password take a second step, or none. */
  synchronized void twoSteps(long userId, boolean two) {
    if (two) {
      twoSteps.add(userId);
    } else {
      twoSteps.remove(userId);
    }
  }

  /** Whose ticket of a first step it is; null if it is none. */
  synchronized @Nullable Long holder(String ticket) {
    return tickets.get(ticket);
  }

  /** A session of somebody who came another way than by a password. */
  synchronized OpenedSession openSession(long userId, OpenSession open) {
    Session replaced = open.replaces() == null ? null : sessions.remove(open.replaces());
    if (replaced != null) {
      publish(Kind.SESSION, Long.toString(replaced.id()));
    }
    Instant now = clock.instant();
    Session session =
        new Session(
            ids.nextBeside(userId),
            now,
            now,
            now.plus(Duration.ofDays(30)),
            open.userAgent(),
            open.network());
    String cookie = UUID.randomUUID().toString();
    sessions.put(cookie, session);
    owners.put(session.id(), userId);
    return new OpenedSession(cookie, session, identity(userId, session), "session-token");
  }

  @Override
  public synchronized Identity verifySession(SessionCookie cookie) {
    up();
    verifications++;
    Session session = sessions.get(cookie.cookie());
    if (session == null) {
      throw new ProblemException(ProblemCode.UNAUTHENTICATED, "There is no such session.");
    }
    return identity(owners.get(session.id()), session);
  }

  @Override
  public synchronized List<Session> sessions(long userId) {
    up();
    return sessions.values().stream()
        .filter(session -> owners.get(session.id()) == userId)
        .sorted(Comparator.comparingLong(Session::id).reversed())
        .toList();
  }

  @Override
  public synchronized void endSession(long userId, long sessionId) {
    up();
    boolean ended =
        sessions
            .values()
            .removeIf(session -> session.id() == sessionId && owners.get(session.id()) == userId);
    if (!ended) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such session.");
    }
    publish(Kind.SESSION, Long.toString(sessionId));
  }

  @Override
  public synchronized void signOutEverywhere(long userId) {
    up();
    signOutEverywhere(userId, clock.instant());
  }

  private void signOutEverywhere(long userId, Instant cutoff) {
    publish(Kind.USER, Long.toString(userId), cutoff);
    sessions.values().removeIf(session -> owners.get(session.id()) == userId);
    refresh.values().removeIf(owner -> owner == userId);
  }

  @Override
  public synchronized PasswordChanged changePassword(long userId, ChangePassword change) {
    up();
    String email = user(userId).value().email().toLowerCase(Locale.ROOT);
    if (change.next().length() < 8) {
      throw ProblemException.invalid("next", "must be at least 8 characters");
    }
    if (!change.current().equals(passwords.get(email))) {
      throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "It is another one.");
    }
    signOutEverywhere(userId, clock.instant().minusMillis(1));
    passwords.put(email, change.next());
    return new PasswordChanged(
        change.reopen()
            ? openSession(
                new OpenSession(email, change.next(), change.userAgent(), change.network()))
            : null);
  }

  @Override
  public synchronized void profileChanged(long userId) {
    up();
    publish(Kind.PROFILE, Long.toString(userId));
  }

  @Override
  public synchronized void becomeSeller(long userId) {
    up();
    String roles = String.valueOf(user(userId).value().roles());
    if (roles.contains("!seller")) {
      throw new ProblemException(ProblemCode.FORBIDDEN, "That role was taken.");
    }
    if (!roles.contains("seller")) {
      rows.commit(
          new Transaction(
              userId,
              List.of(
                  Write.update(UserRow.TABLE, userId, null, Map.of("roles", roles + ",seller"))),
              List.of(),
              UUID.randomUUID().toString(),
              "",
              null));
      publish(Kind.PROFILE, Long.toString(userId));
    }
  }

  @Override
  public synchronized Feed feed(long since) {
    up();
    return new Feed(0, List.of("test"), revocations);
  }

  @Override
  public synchronized void revoke(Wanted wanted) {
    up();
    if (wanted.userId() != null) {
      signOutEverywhere(wanted.userId());
    } else {
      publish(Kind.SESSION, String.valueOf(wanted.sessionId()));
    }
  }

  @Override
  public synchronized Keys keys() {
    up();
    return new Keys(List.of(new KeyState("test", "EdDSA", "active", Instant.EPOCH)));
  }

  @Override
  public Keys rotate() {
    throw new ProblemException(ProblemCode.CONFLICT, "There is one key for all tests.");
  }

  @Override
  public synchronized Keys revokeKey(KeyId key) {
    up();
    publish(Kind.KEY, key.kid());
    return keys();
  }

  private void publish(Kind kind, String subject) {
    publish(kind, subject, clock.instant());
  }

  private void publish(Kind kind, String subject, Instant cutoff) {
    revocations.add(
        new Revocation(
            ids.next(0), kind, subject, cutoff, clock.instant().plus(Duration.ofMinutes(15))));
  }

  @Override
  public synchronized Tokens tokensByPassword(OpenSession open) {
    up();
    return tokens(oneStep(authenticate(open)));
  }

  @Override
  public synchronized Tokens tokensByRefresh(RefreshToken token) {
    up();
    Long userId = refresh.remove(token.refreshToken());
    if (userId == null) {
      throw new ProblemException(ProblemCode.INVALID_TOKEN, "The refresh token is not valid.");
    }
    return tokens(userId);
  }

  @Override
  public synchronized void revoke(RefreshToken token) {
    up();
    refresh.remove(token.refreshToken());
  }

  @Override
  public synchronized String jwks() {
    up();
    OctetPublicJwk<?> key =
        (OctetPublicJwk<?>) Jwks.builder().key(keys.getPublic()).id("test").build();
    StringBuilder members = new StringBuilder();
    key.forEach((name, value) ->
        members.append(members.isEmpty() ? "" : ",").append("\"" + name + "\":\"" + value + "\""));
    return "{\"keys\":[{" + members + "}]}";
  }

  /** Tokens of somebody who has proved to be the user. */
  synchronized Tokens tokens(long userId) {
    String token = UUID.randomUUID().toString();
    refresh.put(token, userId);
    return new Tokens(token(userId, Duration.ofMinutes(10), true), token, "Bearer", 600);
  }

  private long authenticate(OpenSession open) {
    String email = open.email().toLowerCase(Locale.ROOT);
    Long userId = users.get(email);
    if (userId == null || !open.password().equals(passwords.get(email))) {
      throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "E-mail or password is wrong.");
    }
    if ("deleted".equals(user(userId).value().state())) {
      throw new ProblemException(ProblemCode.ACCOUNT_DELETED, "The account is being deleted.");
    }
    if ("locked".equals(user(userId).value().state())) {
      throw new ProblemException(ProblemCode.ACCOUNT_LOCKED, "The account is locked.");
    }
    return userId;
  }

  /** Sets a password, which signs the user out everywhere. */
  synchronized void setPassword(long userId, String password) {
    passwords.put(user(userId).value().email().toLowerCase(Locale.ROOT), password);
    signOutEverywhere(userId, clock.instant());
  }

  /** The user with an address in this case; null if there is none. */
  synchronized Stored<UserRow> find(String email) {
    Long id = users.get(email.toLowerCase(Locale.ROOT));
    return id == null ? null : user(id);
  }

  /** The user signs in by another address from now on. */
  synchronized void move(long userId, String from, String to) {
    users.put(to.toLowerCase(Locale.ROOT), users.remove(from.toLowerCase(Locale.ROOT)));
    passwords.put(to.toLowerCase(Locale.ROOT), passwords.remove(from.toLowerCase(Locale.ROOT)));
  }

  /** Whether that is the user's password. */
  synchronized boolean isPassword(long userId, String password) {
    return password.equals(passwords.get(user(userId).value().email().toLowerCase(Locale.ROOT)));
  }

  private Identity identity(long userId, Session session) {
    UserRow row = user(userId).value();
    return new Identity(
        userId,
        row.username(),
        row.displayName(),
        FakeAdministration.roles(row),
        session.id(),
        session.expiresAt());
  }

  private Stored<UserRow> user(long userId) {
    return rows.find(UserRow.TABLE, userId, Consistency.PRIMARY).orElseThrow();
  }

  private static RowsContract.Claim claim(String kind, String value, long id) {
    return new RowsContract.Claim(kind, value, "users", id);
  }

  private void claim(String kind, String value, long id, ProblemCode taken) {
    try {
      router.claim(claim(kind, value, id));
    } catch (ProblemException e) {
      throw e.code() == ProblemCode.CLAIMED ? new ProblemException(taken, "It is taken.") : e;
    }
  }

  private void up() {
    if (down) {
      throw new ProblemException(ProblemCode.UNAVAILABLE, "The accounts are down on purpose.");
    }
  }

  /** The shard that an id names, for tests that need two. */
  public static int shard(long id) {
    return TanadaId.shard(id);
  }
}
