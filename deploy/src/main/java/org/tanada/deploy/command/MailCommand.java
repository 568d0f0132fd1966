package org.tanada.deploy.command;

import java.util.List;
import java.util.Objects;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.account.MailContract.MailText;
import org.tanada.common.account.MailContract.Mails;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Mails that were not sent: all of them, as long as no server is configured. */
@Command(
    name = "mail",
    description =
        "Lists mails that wait to be sent, were kept as no server is configured, or were given up.",
    subcommands = MailCommand.Show.class)
public final class MailCommand extends Operation {
  private static final String PATH = "/v1/mails";

  @Mixin private final PageOptions page = new PageOptions();

  @Override
  public Integer call() throws Exception {
    Mails mails =
        new RouterClient(launcher(), "auth")
            .ask(PATH + "/queries", new MailQuery(page.limit(), page.before()), Mails.class);
    answer(mails);
    Table table =
        new Table(List.of("ID", "WHEN", "STATE", "TO", "SUBJECT", "TRIED", "ERROR"), List.of());
    for (Mail mail : mails.mails()) {
      table.row(
          List.of(
              Long.toString(mail.id()),
              mail.at().toString(),
              mail.state(),
              mail.to(),
              mail.subject(),
              Integer.toString(mail.attempts()),
              Objects.requireNonNullElse(mail.error(), "-")),
          "");
    }
    table.lines().forEach(this::say);
    if (mails.mails().isEmpty()) {
      say("no mails: none was written, or all were sent");
    }
    if (mails.next() != null) {
      say("more: ./tanada mail --before " + mails.next());
    }
    return DONE;
  }

  /** One with its text. */
  @Command(name = "show", description = "Shows one with its text, and the link in it.")
  static final class Show extends Operation {
    @Parameters(index = "0", paramLabel = "ID", description = "Which.")
    private long id;

    @Override
    public Integer call() throws Exception {
      MailText text =
          new RouterClient(launcher(), "auth").ask(PATH + "/" + id, null, MailText.class);
      answer(text);
      say("To:      " + text.mail().to());
      say("Subject: " + text.mail().subject());
      say("Written: " + text.mail().at());
      say("");
      text.text().lines().forEach(this::say);
      return DONE;
    }
  }
}
