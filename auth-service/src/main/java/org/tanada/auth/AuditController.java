package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.audit.AuditCheck;
import org.tanada.auth.audit.AuditReader;
import org.tanada.common.account.AuditContract;

/** The audit log, over HTTP: to be read and checked. */
@RestController
class AuditController implements AuditContract {
  private final AuditReader reader;
  private final AuditCheck check;

  AuditController(AuditReader reader, AuditCheck check) {
    this.reader = reader;
    this.check = check;
  }

  @Override
  public Entries entries(Query query) {
    return reader.entries(query);
  }

  @Override
  public Checked check(Check wanted) {
    return check.check(wanted);
  }
}
