package org.tanada.auth.mail;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.PageLimit;
import org.tanada.common.account.MailContract;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.account.MailContract.MailText;
import org.tanada.common.account.MailContract.Mails;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/** Shows the operator what was not sent. */
@Component
public final class MailReader {
  private static final Letter UNREADABLE =
      new Letter("?", "(written under another secret of this installation)", "");

  private final AccountRows rows;
  private final Envelope envelope;
  private final Set<String> errands;

  MailReader(AccountRows rows, Envelope envelope, List<Errand> errands) {
    this.rows = rows;
    this.envelope = envelope;
    this.errands = errands.stream().map(Errand::kind).collect(Collectors.toUnmodifiableSet());
  }

  /** A page, newest first; errands are left out, unless they failed. */
  public Mails mails(MailQuery query) {
    PageLimit.check(query.limit(), MailContract.MAX_PAGE);
    Rows.TypedPage<MailRow> page =
        rows.page(MailRow.TABLE, null, Map.of(), query.limit(), query.before());
    return new Mails(
        page.rows().stream().filter(this::shown).map(row -> mail(row, letter(row))).toList(),
        page.next());
  }

  /** One with its text. {@code not-found}. */
  public MailText mail(long id) {
    Stored<MailRow> row =
        rows.findNow(MailRow.TABLE, id)
            .filter(this::shown)
            .orElseThrow(() ->
                new ProblemException(
                    ProblemCode.NOT_FOUND,
                    "There is no such mail: it was sent, has expired, or never was."));
    Letter letter = letter(row);
    return new MailText(mail(row, letter), letter.text());
  }

  private boolean shown(Stored<MailRow> row) {
    return !errands.contains(row.value().kind())
        || row.value().state().equals(MailContract.State.FAILED.id());
  }

  private Letter letter(Stored<MailRow> row) {
    return envelope.open(row.id(), row.value().sealed()).orElse(UNREADABLE);
  }

  private static Mail mail(Stored<MailRow> stored, Letter letter) {
    MailRow row = stored.value();
    return new Mail(
        stored.id(),
        stored.createdAt(),
        row.state(),
        row.kind(),
        letter.to(),
        letter.subject(),
        row.attempts(),
        row.expiresAt(),
        row.error());
  }
}
