package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.account.AccountDeletion;
import org.tanada.auth.account.PersonalData;
import org.tanada.auth.audit.Audit;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.PersonalDataContract;

/** Deletion and export over HTTP. */
@RestController
class PersonalDataController implements PersonalDataContract {
  private final AccountDeletion deletion;
  private final PersonalData data;
  private final Audit audit;

  PersonalDataController(AccountDeletion deletion, PersonalData data, Audit audit) {
    this.deletion = deletion;
    this.data = data;
    this.audit = audit;
  }

  @Override
  public void beginDeletion(long userId) {
    if (deletion.begin(userId)) {
      audit.own(userId, What.ACCOUNT_DELETED, null);
    }
  }

  @Override
  public Held export(long userId) {
    Held held = new Held(data.export(userId));
    audit.own(userId, What.DATA_EXPORTED, null);
    return held;
  }
}
