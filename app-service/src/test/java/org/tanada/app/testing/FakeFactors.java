package org.tanada.app.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Second factors in memory: every app shows {@value #CODE} all the time. */
public final class FakeFactors implements FactorsContract {
  /** The right code. */
  public static final String CODE = "123456";

  private final FakeAccounts accounts;
  private final Map<Long, List<String>> recovery = new HashMap<>();
  private final Map<String, Long> enrolments = new HashMap<>();
  private final Set<Long> stale = new HashSet<>();

  FakeFactors(FakeAccounts accounts) {
    this.accounts = accounts;
  }

  /** Minutes have gone by since the user signed in, or proved who they are. */
  public synchronized void later(long userId) {
    stale.add(userId);
  }

  @Override
  public synchronized OpenedSession openSession(SecondStep step) {
    long userId = second(step);
    return accounts.openSession(
        userId, new OpenSession("", "", step.userAgent(), step.network(), step.replaces()));
  }

  @Override
  public synchronized Tokens tokens(SecondStep step) {
    return accounts.tokens(second(step));
  }

  private long second(SecondStep step) {
    Long userId = accounts.holder(step.ticket());
    if (userId == null) {
      throw new ProblemException(ProblemCode.INVALID_FLOW, "That took too long.");
    }
    check(userId, step.code());
    stale.remove(userId);
    return userId;
  }

  private void check(long userId, @Nullable String code) {
    List<String> codes = recovery.get(userId);
    if (!CODE.equals(code) && (codes == null || !codes.remove(code))) {
      throw new ProblemException(ProblemCode.WRONG_CODE, "The code is wrong.");
    }
  }

  @Override
  public synchronized Factors factors(long userId) {
    List<String> codes = recovery.get(userId);
    return codes == null ? new Factors(null, 0) : new Factors(Instant.EPOCH, codes.size());
  }

  @Override
  public synchronized Enrolment beginTotp(long userId) {
    if (recovery.containsKey(userId)) {
      throw new ProblemException(ProblemCode.CONFLICT, "There is an app already.");
    }
    String ticket = UUID.randomUUID().toString();
    enrolments.put(ticket, userId);
    String secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
    return new Enrolment(secret, "otpauth://totp/Tanada:somebody?secret=" + secret, ticket);
  }

  @Override
  public synchronized RecoveryCodes confirmTotp(long userId, Confirmation code) {
    Long begun = enrolments.get(code.ticket());
    if (begun == null || begun != userId) {
      throw new ProblemException(ProblemCode.INVALID_FLOW, "That took too long.");
    }
    check(userId, code.code());
    enrolments.remove(code.ticket());
    return made(userId);
  }

  private RecoveryCodes made(long userId) {
    List<String> codes = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      codes.add(UUID.randomUUID().toString().substring(0, 18));
    }
    recovery.put(userId, codes);
    accounts.twoSteps(userId, true);
    return new RecoveryCodes(codes);
  }

  @Override
  public synchronized void endTotp(long userId) {
    required(userId);
    recovery.remove(userId);
    accounts.twoSteps(userId, false);
  }

  @Override
  public synchronized RecoveryCodes newRecoveryCodes(long userId) {
    required(userId);
    return made(userId);
  }

  private void required(long userId) {
    if (!recovery.containsKey(userId)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no app.");
    }
  }

  @Override
  public synchronized void prove(long userId, long sessionId, Proof proof) {
    String password = proof.password();
    if (password == null) {
      check(userId, proof.code());
    } else if (!accounts.isPassword(userId, password)) {
      throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "It is another one.");
    }
    stale.remove(userId);
  }

  @Override
  public synchronized void checkProof(long userId, long signInId) {
    if (stale.contains(userId)) {
      throw new ProblemException(ProblemCode.PROOF_REQUIRED, "Show first that it is you.");
    }
  }
}
