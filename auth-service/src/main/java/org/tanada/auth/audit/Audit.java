package org.tanada.auth.audit;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.Networks;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.http.ClientAddress;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What callers tell the log, in their own terms. */
@Component
public final class Audit {
  /** Who acts by the command line. */
  private static final String OPERATOR = "operator";

  private final AuditLog log;
  private final FailedSignIns failed;

  Audit(AuditLog log, FailedSignIns failed) {
    this.log = log;
    this.failed = failed;
  }

  /** A user has done something with their own account, from where this request comes. */
  public void own(long userId, What what, @Nullable String detail) {
    own(userId, what, ClientAddress.current(), detail);
  }

  /** The same from an address. */
  public void own(long userId, What what, @Nullable String address, @Nullable String detail) {
    log.note(log.event(userId, null, what, userId, Networks.of(address), detail));
  }

  /** A server of ours has done something by itself. */
  public void self(String node, What what, @Nullable Long whomId, @Nullable String detail) {
    log.note(log.event(null, node, what, whomId, null, detail));
  }

  /**
   * Somebody is about to do something with what is not theirs. {@code unavailable}: then it must
   * not be done.
   */
  public void before(Actor by, What what, @Nullable Long whomId, @Nullable String detail) {
    log.append(
        log.event(
            by.userId(),
            by.userId() == null ? OPERATOR : null,
            what,
            whomId,
            Networks.of(by.network()),
            detail));
  }

  /**
   * Does something that a wrong password or code refuses, and notes that.
   *
   * @param user whose password it has to be, if there is one; asked only then
   */
  public <T> T signIn(Supplier<Optional<Long>> user, @Nullable String address, Supplier<T> signIn) {
    try {
      return signIn.get();
    } catch (ProblemException e) {
      if (e.code() == ProblemCode.INVALID_CREDENTIALS || e.code() == ProblemCode.WRONG_CODE) {
        wrong(user, address);
      }
      throw e;
    }
  }

  private void wrong(Supplier<Optional<Long>> user, @Nullable String address) {
    Long userId;
    try {
      userId = user.get().orElse(null);
    } catch (ProblemException e) {
      userId = null; // whose it would have been cannot be told now: the refusal stands
    }
    String network = Networks.of(address);
    if (failed.hasOwnEntry(userId, network)) {
      log.note(log.event(null, null, What.SIGN_IN_FAILED, userId, network, null));
    }
  }
}
