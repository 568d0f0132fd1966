package org.tanada.auth.account;

import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.MailedLinks;

/** Links and mails of an account. */
@Component
final class MailedBelongings implements AccountBelonging {
  private final MailedLinks links;

  MailedBelongings(MailedLinks links) {
    this.links = links;
  }

  @Override
  public Map<String, List<Object>> export(long userId) {
    return links.export(userId);
  }

  @Override
  public void delete(long userId) {
    links.deleteAll(userId);
  }
}
