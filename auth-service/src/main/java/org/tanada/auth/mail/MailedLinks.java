package org.tanada.auth.mail;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.RowSecret;
import org.tanada.auth.store.Secrets;
import org.tanada.common.account.EmailContract;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/**
 * Links that show that their bearer reads a mailbox. Each works once: whoever uses one deletes its
 * row in the transaction of what it was for. Only a digest of the secret is kept.
 */
@Component
public final class MailedLinks {
  private static final Duration WINDOW = Duration.ofHours(1);

  private final AccountRows rows;
  private final IdGenerator ids;
  private final InstantSource clock;
  private final SecureRandom random;
  private final LinkProperties properties;
  private final String publicUrl;

  MailedLinks(
      AccountRows rows,
      IdGenerator ids,
      InstantSource clock,
      SecureRandom random,
      LinkProperties properties,
      FrontDoorProperties frontDoor) {
    this.rows = rows;
    this.ids = ids;
    this.clock = clock;
    this.random = random;
    this.properties = properties;
    this.publicUrl = frontDoor.publicUrl().toString().replaceAll("/+$", "");
  }

  /** What a link is for. */
  public enum Purpose {
    /** To verify the present address. */
    VERIFY,
    /** To verify another address, which then takes its place. */
    CHANGE,
    /** To set a new password. */
    RESET;

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A new link.
   *
   * @param write its row, to be committed with the mail
   * @param address what the mail shows; a secret
   */
  public record Issued(Write write, String address) {
    @Override
    public String toString() {
      return "Issued[…]";
    }
  }

  /**
   * A link that works.
   *
   * @param userId whose it is
   * @param email the address that it was mailed to
   * @param use deletes it, or fails the transaction if somebody was faster
   */
  public record Found(long userId, String email, Write use) {}

  /** Makes a link for the user of this id, who may be about to exist. */
  public Issued issue(long userId, Purpose purpose, String email) {
    RowSecret token = RowSecret.issue(ids.nextBeside(userId), random);
    Instant end = clock.instant().plus(lifetime(purpose));
    String page = purpose == Purpose.RESET ? EmailContract.RESET_PAGE : EmailContract.VERIFY_PAGE;
    return new Issued(
        Write.insert(
            MailedLinkRow.TABLE,
            token.id(),
            new MailedLinkRow(purpose.id(), Secrets.digest(token.secret()), email, end)),
        publicUrl + page + "?" + EmailContract.TOKEN + "=" + token.value());
  }

  /** How long links of this kind work. */
  public Duration lifetime(Purpose purpose) {
    return switch (purpose) {
      case VERIFY -> properties.verification();
      case CHANGE -> properties.change();
      case RESET -> properties.reset();
    };
  }

  /** The address of a page of the front door. */
  public String page(String path) {
    return publicUrl + path;
  }

  /** The link with this token, if it is one of this purpose that still works. */
  public Optional<Found> find(String text, Purpose purpose) {
    RowSecret token = RowSecret.parse(text);
    if (token == null) {
      return Optional.empty();
    }
    return rows.findNow(MailedLinkRow.TABLE, token.id())
        .filter(stored -> stored.value().purpose().equals(purpose.id()))
        .filter(stored -> Secrets.matches(token.secret(), stored.value().secretHash()))
        .filter(this::works)
        .map(stored -> new Found(stored.owner(), stored.value().email(), delete(stored)));
  }

  /** Whether the user may be mailed another one; deletes what works no more. */
  public boolean mayIssue(long userId, Purpose purpose) {
    Instant since = clock.instant().minus(WINDOW);
    int recent = 0;
    for (Stored<MailedLinkRow> stored : rows.ofOwner(MailedLinkRow.TABLE, userId)) {
      boolean inWindow = stored.createdAt().isAfter(since);
      if (inWindow && stored.value().purpose().equals(purpose.id())) {
        recent++;
      }
      if (!inWindow && !works(stored)) {
        rows.deleteIfPresent(MailedLinkRow.TABLE, userId, stored.id());
      }
    }
    return recent < properties.perHour();
  }

  /** The addresses that the user's links of this purpose were mailed to, newest first. */
  public List<String> pending(long userId, Purpose purpose) {
    return rows.ofOwner(MailedLinkRow.TABLE, userId).stream()
        .filter(stored -> stored.value().purpose().equals(purpose.id()))
        .filter(this::works)
        .map(stored -> stored.value().email())
        .toList();
  }

  /** What ends all links of the user but the one that is being used. */
  public List<Write> endOthers(Found used) {
    List<Write> writes = new ArrayList<>();
    for (Stored<MailedLinkRow> stored : rows.ofOwner(MailedLinkRow.TABLE, used.userId())) {
      if (stored.id() != used.use().id()) {
        writes.add(delete(stored));
      }
    }
    return writes;
  }

  /** What there is of a user: to which addresses something is on its way, and what it is. */
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "mailed-links",
        rows.ofOwner(MailedLinkRow.TABLE, userId).stream()
            .<Object>map(stored ->
                new ExportedLink(
                    stored.value().purpose(),
                    stored.value().email(),
                    stored.createdAt(),
                    stored.value().expiresAt()))
            .toList(),
        "mails",
        rows.ofOwner(MailRow.TABLE, userId).stream()
            .<Object>map(stored ->
                new ExportedMail(
                    stored.value().kind(),
                    stored.value().state(),
                    stored.createdAt(),
                    stored.value().expiresAt()))
            .toList());
  }

  private record ExportedLink(String purpose, String email, Instant createdAt, Instant expiresAt) {}

  private record ExportedMail(String kind, String state, Instant createdAt, Instant expiresAt) {}

  /** Deletes all that there is of a user. */
  public void deleteAll(long userId) {
    rows.deleteOwned(MailedLinkRow.TABLE, userId);
    rows.deleteOwned(MailRow.TABLE, userId);
  }

  private boolean works(Stored<MailedLinkRow> stored) {
    return clock.instant().isBefore(stored.value().expiresAt());
  }

  private static Write delete(Stored<MailedLinkRow> stored) {
    return Write.delete(MailedLinkRow.TABLE, stored.id(), stored.version());
  }

  /** What is said of a link that does not work, whatever the reason. */
  public static ProblemException invalid() {
    return new ProblemException(ProblemCode.INVALID_LINK, ProblemCode.INVALID_LINK.advice());
  }
}
