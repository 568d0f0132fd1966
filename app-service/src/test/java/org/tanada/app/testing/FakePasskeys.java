package org.tanada.app.testing;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Passkeys in memory: a credential is a text that a browser makes up, and shows again. */
public final class FakePasskeys implements PasskeysContract {
  private final FakeAccounts accounts;
  private final Set<String> tickets = new HashSet<>();
  private final Map<String, Long> users = new HashMap<>();
  private final Map<Long, List<Passkey>> passkeys = new HashMap<>();
  private long sequence;

  FakePasskeys(FakeAccounts accounts) {
    this.accounts = accounts;
  }

  @Override
  public synchronized Challenge challenge(Site site) {
    String ticket = UUID.randomUUID().toString();
    tickets.add(ticket);
    return new Challenge("{\"rpId\":\"" + site.host() + "\"}", ticket, 300);
  }

  @Override
  public synchronized Challenge challenge(long userId, Site site) {
    return challenge(site);
  }

  private void end(Answer answer) {
    if (!tickets.remove(answer.ticket())) {
      throw new ProblemException(ProblemCode.INVALID_FLOW, "That took too long.");
    }
  }

  @Override
  public synchronized OpenedSession openSession(PasskeySignIn signIn) {
    end(signIn.answer());
    Long userId = users.get(signIn.answer().credential());
    if (userId == null) {
      throw new ProblemException(ProblemCode.PASSKEY_REFUSED, "It is nobody's.");
    }
    return accounts.openSession(
        userId, new OpenSession("", "", signIn.userAgent(), signIn.network(), signIn.replaces()));
  }

  @Override
  public synchronized List<Passkey> passkeys(long userId) {
    return List.copyOf(passkeys.getOrDefault(userId, List.of()));
  }

  @Override
  public synchronized Passkey add(long userId, NewPasskey passkey) {
    end(passkey.answer());
    users.put(passkey.answer().credential(), userId);
    Passkey added = new Passkey(++sequence, passkey.name(), Instant.EPOCH, null);
    passkeys.computeIfAbsent(userId, id -> new ArrayList<>()).add(added);
    return added;
  }

  @Override
  public synchronized void remove(long userId, long passkeyId) {
    if (!passkeys.getOrDefault(userId, List.of()).removeIf(known -> known.id() == passkeyId)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such passkey.");
    }
  }
}
