package org.tanada.auth;

import org.springframework.web.bind.annotation.RestController;
import org.tanada.auth.administration.AccountLocks;
import org.tanada.auth.administration.ForeignSessions;
import org.tanada.auth.administration.RoleChanges;
import org.tanada.auth.administration.UserDirectory;
import org.tanada.auth.audit.Audit;
import org.tanada.common.account.AdministrationContract;

/** What administrators and operators do, over HTTP. */
@RestController
class AdministrationController implements AdministrationContract {
  private final UserDirectory users;
  private final RoleChanges roles;
  private final AccountLocks locks;
  private final ForeignSessions sessions;
  private final Audit audit;

  AdministrationController(
      UserDirectory users,
      RoleChanges roles,
      AccountLocks locks,
      ForeignSessions sessions,
      Audit audit) {
    this.users = users;
    this.roles = roles;
    this.locks = locks;
    this.sessions = sessions;
    this.audit = audit;
  }

  @Override
  public People users(FindUsers find) {
    return users.users(find);
  }

  @Override
  public People search(SearchUsers search) {
    return users.search(search);
  }

  @Override
  public Detail user(long userId) {
    return users.detail(userId);
  }

  @Override
  public Person changeRole(ChangeRole change) {
    return roles.change(change);
  }

  @Override
  public Person lock(Lock lock) {
    return locks.lock(lock);
  }

  @Override
  public void endSessions(EndSessions end) {
    sessions.end(end);
  }

  @Override
  public void record(Act act) {
    audit.before(act.by(), act.what(), act.userId(), act.detail());
  }
}
