package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.mail.MailReader;
import org.tanada.common.account.MailContract;

/** Mails that were not sent, over HTTP, for the operator. */
@RestController
class MailController implements MailContract {
  private final MailReader mails;

  MailController(MailReader mails) {
    this.mails = mails;
  }

  @Override
  public Mails mails(MailQuery query) {
    return mails.mails(query);
  }

  @Override
  public MailText mail(long id) {
    return mails.mail(id);
  }
}
