package org.tanada.app.testing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.Session;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * The outside providers in memory: a code is the subject that it stands for, a logout token the
 * subject who has signed out.
 */
public final class FakeProviders implements ProvidersContract {
  private final FakeAccounts accounts;
  private final Map<String, BeginFlow> flows = new HashMap<>();
  private final Map<String, Long> users = new HashMap<>();
  private final Map<Long, String> opened = new HashMap<>();
  private final Map<Long, List<Link>> links = new HashMap<>();
  private final Map<Long, Boolean> passwordless = new HashMap<>();
  private long sequence;
  private boolean down;

  FakeProviders(FakeAccounts accounts) {
    this.accounts = accounts;
  }

  /** From now on the providers do not answer, or do again. */
  public synchronized void down(boolean isDown) {
    down = isDown;
  }

  @Override
  public List<OfferedProvider> providers() {
    return List.of(
        new OfferedProvider("github", "GitHub"), new OfferedProvider("keycloak", "Keycloak"));
  }

  @Override
  public synchronized BegunFlow begin(String provider, BeginFlow begin) {
    if (providers().stream().noneMatch(known -> known.name().equals(provider))) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such provider.");
    }
    if (down) {
      throw new ProblemException(ProblemCode.PROVIDER_UNAVAILABLE, "It does not answer in time.");
    }
    LinkWish link = begin.link();
    if (link != null && link.password() == null) {
      throw new ProblemException(ProblemCode.PROOF_REQUIRED, "Give your password first.");
    }
    if (link != null && !accounts.isPassword(link.userId(), link.password())) {
      throw new ProblemException(ProblemCode.INVALID_CREDENTIALS, "It is another one.");
    }
    String cookie = UUID.randomUUID().toString();
    flows.put(cookie, begin);
    return new BegunFlow(
        "https://" + provider + ".example/authorize?again=" + begin.again(), cookie, 600);
  }

  @Override
  public synchronized EndedFlow end(String provider, EndFlow end) {
    BeginFlow flow = end.cookie() == null ? null : flows.remove(end.cookie());
    if (flow == null) {
      throw new ProblemException(ProblemCode.INVALID_FLOW, "It was not begun in this browser.");
    }
    String subject = parameter(end.parameters(), "code");
    if (subject == null) {
      throw new ProblemException(ProblemCode.PROVIDER_DECLINED, "It did not sign you in.");
    }
    if (flow.link() != null) {
      link(flow.link().userId(), provider, subject);
      return new EndedFlow(null, false, flow.next());
    }
    boolean created = !users.containsKey(subject);
    if (created) {
      long userId =
          accounts
              .signUp(
                  new SignUp(
                      subject + "@keycloak.example", subject, subject, "none of anybody's", null))
              .userId();
      passwordless.put(userId, true);
      link(userId, provider, subject);
    }
    OpenedSession session =
        accounts.openSession(
            users.get(subject),
            new OpenSession("", "", end.userAgent(), end.network(), end.replaces()));
    opened.put(session.session().id(), provider);
    return new EndedFlow(session, created, flow.next());
  }

  private void link(long userId, String provider, String subject) {
    users.put(subject, userId);
    links
        .computeIfAbsent(userId, id -> new ArrayList<>())
        .add(new Link(++sequence, provider, provider, subject));
  }

  @Override
  public synchronized void backChannelLogout(String provider, LogoutToken logoutToken) {
    Long userId = users.get(logoutToken.logoutToken());
    if (userId == null) {
      throw new ProblemException(ProblemCode.MALFORMED_REQUEST, "The logout token is not good.");
    }
    for (Session session : accounts.sessions(userId)) {
      accounts.endSession(userId, session.id());
    }
  }

  @Override
  public synchronized ProviderSignOut providerSignOut(long userId, long sessionId, Return back) {
    String provider = opened.get(sessionId);
    return provider == null
        ? ProviderSignOut.NOWHERE
        : new ProviderSignOut("https://" + provider + ".example/out?back=" + back.uri(), provider);
  }

  @Override
  public synchronized Ways ways(long userId) {
    return new Ways(!passwordless.containsKey(userId), links.getOrDefault(userId, List.of()));
  }

  @Override
  public synchronized void unlink(long userId, long linkId) {
    List<Link> own = links.getOrDefault(userId, List.of());
    if (own.stream().noneMatch(link -> link.id() == linkId)) {
      throw new ProblemException(ProblemCode.NOT_FOUND, "There is no such link.");
    }
    if (own.size() == 1 && passwordless.containsKey(userId)) {
      throw new ProblemException(ProblemCode.LAST_WAY, "You could not sign in any more.");
    }
    own.removeIf(link -> link.id() == linkId);
  }

  private static @Nullable String parameter(String query, String name) {
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return null;
  }
}
