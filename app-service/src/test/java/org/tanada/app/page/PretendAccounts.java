package org.tanada.app.page;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.tanada.app.user.UserRow;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.id.TanadaId;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** auth-service in memory: accounts and cookie sessions, as its contract says; no tokens. */
final class PretendAccounts implements AccountsContract {
  private final RowsContract rows;
  private final Map<Long, SignUp> users = new LinkedHashMap<>();
  private final Map<String, Session> sessions = new LinkedHashMap<>();
  private final Map<Long, Long> owners = new LinkedHashMap<>();
  private int sequence;

  PretendAccounts(RowsContract rows) {
    this.rows = rows;
  }

  @Override
  public synchronized SignedUp signUp(SignUp signUp) {
    for (SignUp user : users.values()) {
      if (user.email().equalsIgnoreCase(signUp.email())) {
        throw new ProblemException(ProblemCode.EMAIL_TAKEN, "taken");
      }
      if (user.username().equalsIgnoreCase(signUp.username())) {
        throw new ProblemException(ProblemCode.USERNAME_TAKEN, "taken");
      }
    }
    long id = nextId();
    UserRow row =
        new UserRow(
            signUp.email(), signUp.username(), signUp.displayName(), null, null, "customer", "ok");
    Transaction.Committed committed =
        rows.commit(
            new Transaction(
                id,
                List.of(Write.insert(UserRow.TABLE, id, row)),
                List.of(),
                UUID.randomUUID().toString(),
                "",
                null));
    users.put(id, signUp);
    return new SignedUp(id, committed.token());
  }

  @Override
  public synchronized void deleteUser(long userId) {
    users.remove(userId);
    sessions.values().removeIf(session -> owners.get(session.id()) == userId);
  }

  @Override
  public synchronized OpenedSession openSession(OpenSession open) {
    for (Map.Entry<Long, SignUp> user : users.entrySet()) {
      if (user.getValue().email().equalsIgnoreCase(open.email())
          && user.getValue().password().equals(open.password())) {
        Instant now = Instant.now();
        Session session =
            new Session(
                nextId(),
                now,
                now,
                now.plus(Duration.ofDays(30)),
                open.userAgent(),
                open.network());
        String cookie = UUID.randomUUID().toString().toLowerCase(Locale.ROOT);
        sessions.put(cookie, session);
        owners.put(session.id(), user.getKey());
        return new OpenedSession(cookie, session, identity(session), "");
      }
    }
    throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "wrong");
  }

  @Override
  public synchronized Identity verifySession(SessionCookie cookie) {
    Session session = sessions.get(cookie.cookie());
    if (session == null) {
      throw new ProblemException(ProblemCode.UNAUTHENTICATED, "unknown session");
    }
    return identity(session);
  }

  @Override
  public synchronized List<Session> sessions(long userId) {
    List<Session> own = new ArrayList<>();
    sessions
        .values()
        .forEach(session -> {
          if (owners.get(session.id()) == userId) {
            own.addFirst(session);
          }
        });
    return own;
  }

  @Override
  public synchronized void endSession(long userId, long sessionId) {
    boolean ended =
        sessions
            .values()
            .removeIf(session -> session.id() == sessionId && owners.get(session.id()) == userId);
    if (!ended) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "no such session");
    }
  }

  @Override
  public Tokens tokensByPassword(OpenSession open) {
    throw new UnsupportedOperationException("pages use cookies");
  }

  @Override
  public Tokens tokensByRefresh(RefreshToken refresh) {
    throw new UnsupportedOperationException("pages use cookies");
  }

  @Override
  public void revoke(RefreshToken refresh) {
    throw new UnsupportedOperationException("pages use cookies");
  }

  @Override
  public String jwks() {
    return "{\"keys\":[]}";
  }

  private Identity identity(Session session) {
    long userId = owners.get(session.id());
    SignUp user = users.get(userId);
    return new Identity(
        userId,
        user.username(),
        user.displayName(),
        List.of("customer"),
        session.id(),
        session.expiresAt());
  }

  private long nextId() {
    sequence++;
    return TanadaId.of(System.currentTimeMillis(), sequence % 64, sequence % 4096);
  }
}
