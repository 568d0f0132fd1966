package org.tanada.app.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.tanada.app.user.UserRow;
import org.tanada.common.account.EmailContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Consistency;
import org.tanada.common.row.Rows;
import org.tanada.common.row.RowsContract;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** Addresses in memory: mails are a list, tokens work once. */
public final class FakeEmails implements EmailContract {
  /**
   * A mail.
   *
   * @param to its recipient
   * @param token of the link in it
   */
  public record Mail(String to, String token) {}

  private record Link(long userId, String email, boolean reset) {}

  private final Rows rows;
  private final FakeAccounts accounts;
  private final List<Mail> mails = new ArrayList<>();
  private final Map<String, Link> links = new HashMap<>();
  private boolean tooMany;

  FakeEmails(RowsContract router, FakeAccounts accounts) {
    this.rows = new Rows(router);
    this.accounts = accounts;
  }

  /** The mails to an address. */
  public synchronized List<Mail> to(String address) {
    return mails.stream().filter(mail -> mail.to().equals(address)).toList();
  }

  /** From now on too much was asked for, or no more. */
  public synchronized void tooMany(boolean isTooMany) {
    tooMany = isTooMany;
  }

  @Override
  public synchronized Address address(long userId) {
    UserRow user = user(userId);
    String pending =
        links.values().stream()
            .filter(link -> link.userId() == userId && !link.reset())
            .map(Link::email)
            .filter(email -> !email.equals(user.email()))
            .findFirst()
            .orElse(null);
    return new Address(user.email(), user.emailVerifiedAt(), pending);
  }

  @Override
  public synchronized void sendVerification(long userId) {
    enough();
    mail(user(userId).email(), new Link(userId, user(userId).email(), false));
  }

  @Override
  public synchronized void changeEmail(long userId, ChangeEmail change) {
    enough();
    if (!change.email().contains("@")) {
      throw ProblemException.invalid("email", "must be an e-mail address");
    }
    if (!accounts.isPassword(userId, change.password())) {
      throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "It is another one.");
    }
    mail(change.email(), new Link(userId, change.email(), false));
  }

  @Override
  public synchronized Verified verify(MailedToken token) {
    Link link = use(token.token(), false);
    String old = user(link.userId()).email();
    Stored<UserRow> other = accounts.find(link.email());
    if (other != null && other.id() != link.userId()) {
      throw new ProblemException(ProblemCode.EMAIL_TAKEN, "It is taken.");
    }
    rows.commit(
        new Transaction(
            link.userId(),
            List.of(
                Write.update(
                    UserRow.TABLE,
                    link.userId(),
                    null,
                    Map.of("email", link.email(), "emailVerifiedAt", Instant.now()))),
            List.of(),
            UUID.randomUUID().toString(),
            "",
            null));
    accounts.move(link.userId(), old, link.email());
    return new Verified(link.userId(), !old.equals(link.email()));
  }

  @Override
  public synchronized void requestReset(RequestReset request) {
    enough();
    if (!request.email().contains("@")) {
      throw ProblemException.invalid("email", "must be an e-mail address");
    }
    Stored<UserRow> user = accounts.find(request.email());
    if (user != null) {
      mail(user.value().email(), new Link(user.id(), user.value().email(), true));
    }
  }

  @Override
  public synchronized void resetPassword(ResetPassword reset) {
    if (reset.password().length() < 8) {
      throw ProblemException.invalid("password", "must be at least 8 characters");
    }
    accounts.setPassword(use(reset.token(), true).userId(), reset.password());
  }

  private void mail(String to, Link link) {
    String token = "1." + UUID.randomUUID();
    links.put(token, link);
    mails.add(new Mail(to, token));
  }

  private Link use(String token, boolean reset) {
    Link link = links.get(token);
    if (link == null || link.reset() != reset) {
      throw new ProblemException(ProblemCode.INVALID_LINK, ProblemCode.INVALID_LINK.advice());
    }
    links.remove(token);
    return link;
  }

  private void enough() {
    if (tooMany) {
      throw new ProblemException(ProblemCode.TOO_MANY_REQUESTS, "Enough for now.");
    }
  }

  private UserRow user(long userId) {
    return rows.find(UserRow.TABLE, userId, Consistency.PRIMARY).orElseThrow().value();
  }
}
