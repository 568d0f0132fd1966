package org.tanada.auth.administration;

import java.util.Map;
import org.springframework.stereotype.Component;
import org.tanada.auth.audit.Audit;
import org.tanada.auth.revocation.RevocationLog;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.Administrators;
import org.tanada.auth.store.User;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.Role;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Gives and takes roles. */
@Component
public final class RoleChanges {
  private final AccountRows rows;
  private final Changes changes;
  private final Administrators administrators;
  private final RevocationLog revocations;
  private final Audit audit;

  RoleChanges(
      AccountRows rows,
      Changes changes,
      Administrators administrators,
      RevocationLog revocations,
      Audit audit) {
    this.rows = rows;
    this.changes = changes;
    this.administrators = administrators;
    this.revocations = revocations;
    this.audit = audit;
  }

  /** See {@link org.tanada.common.account.AdministrationContract#changeRole}. */
  public Person change(ChangeRole change) {
    changes.require(change.by(), Role.ADMINISTRATOR);
    Role role =
        Role.find(change.role())
            .orElseThrow(() -> ProblemException.invalid("role", "is not known"));
    if (role == Role.CUSTOMER && !change.give()) {
      throw ProblemException.invalid("role", "is everybody's and stays");
    }
    long userId = change.userId();
    Stored<User> user = rows.user(userId);
    if (user.value().state().equals(User.DELETED)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "The account is being deleted.");
    }
    boolean asItIs =
        change.give()
            ? user.value().has(role)
            : !user.value().has(role) && (role != Role.SELLER || user.value().taken(role));
    if (asItIs && role != Role.ADMINISTRATOR) {
      return UserDirectory.person(user);
    }
    boolean taken = role == Role.ADMINISTRATOR && !change.give();
    if (taken && user.value().has(role) && administrators.last(userId)) {
      throw Administrators.lastOne();
    }
    if (!asItIs) {
      What what = change.give() ? What.ROLE_GIVEN : What.ROLE_TAKEN;
      audit.before(change.by(), what, userId, role.id());
    }
    if (role == Role.ADMINISTRATOR && change.give()) {
      administrators.add(userId);
    } else if (taken) {
      administrators.remove(userId);
    }
    if (asItIs) {
      return UserDirectory.person(user); // what a crash had left half done
    }
    return UserDirectory.person(
        changes.rights(
            userId, now -> Map.of("roles", change.give() ? now.with(role) : now.without(role))));
  }

  /** See {@link org.tanada.common.account.AccountsContract#becomeSeller}. */
  public void becomeSeller(long userId) {
    Stored<User> user = rows.user(userId);
    if (user.value().has(Role.SELLER)) {
      return;
    }
    changes.columns(
        userId,
        now -> {
          if (now.taken(Role.SELLER) || !now.active()) {
            throw new ProblemException(
                ProblemCode.FORBIDDEN, "An administrator has taken the role seller from you.");
          }
          return now.has(Role.SELLER) ? Map.of() : Map.of("roles", now.with(Role.SELLER));
        });
    audit.own(userId, What.ROLE_GIVEN, Role.SELLER.id());
    revocations.profile(userId);
  }
}
