package org.tanada.auth.administration;

import org.springframework.stereotype.Component;
import org.tanada.auth.account.SignOuts;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.session.Sessions;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.account.AdministrationContract.EndSessions;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Ends sessions of others. */
@Component
public final class ForeignSessions {
  private final AccountRows rows;
  private final Changes changes;
  private final Sessions sessions;
  private final SignOuts signOuts;
  private final Audit audit;

  ForeignSessions(
      AccountRows rows, Changes changes, Sessions sessions, SignOuts signOuts, Audit audit) {
    this.rows = rows;
    this.changes = changes;
    this.sessions = sessions;
    this.signOuts = signOuts;
    this.audit = audit;
  }

  /** See {@link org.tanada.common.account.AdministrationContract#endSessions}. */
  public void end(EndSessions end) {
    changes.require(end.by(), Role.ADMINISTRATOR);
    rows.user(end.userId());
    Long session = end.sessionId();
    if (session == null) {
      audit.before(end.by(), What.SESSIONS_ENDED, end.userId(), "all");
      signOuts.everywhere(end.userId());
      return;
    }
    if (sessions.list(end.userId()).stream().noneMatch(open -> open.id() == session)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such session.");
    }
    audit.before(end.by(), What.SESSIONS_ENDED, end.userId(), session.toString());
    sessions.end(end.userId(), session);
  }
}
