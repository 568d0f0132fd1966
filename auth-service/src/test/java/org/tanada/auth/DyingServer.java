package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContext;
import org.tanada.auth.mail.Deliveries;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.EmailContract;
import org.tanada.common.account.FactorsContract;
import org.tanada.common.account.MailContract.Mail;
import org.tanada.common.account.MailContract.MailQuery;
import org.tanada.common.account.PasskeysContract;
import org.tanada.common.account.ProvidersContract;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;

/**
 * An auth server that is killed at each step of a request, and another one over the same rows, at
 * which the user goes on. Mails are kept, and delivered when a test says so.
 */
final class DyingServer {
  static final String NETWORK = "192.0.2.1";

  /** Longer than a name stays claimed for a row that never comes. */
  private static final Duration LAPSE = Duration.ofSeconds(61);

  /** Longer than an errand waits, or belongs to a server that has died with it. */
  private static final Duration LEASE = Duration.ofMinutes(4);

  /** Steps of the longest request, and more: one that goes on for ever ends there. */
  private static final int MOST = 200;

  private static final LyingProvider PROVIDER = new LyingProvider();

  final AuthPlatform platform;
  final LyingProvider provider = PROVIDER;

  /** The one that goes on. */
  final Server other;

  private final Server dying;

  private DyingServer(String... more) {
    List<String> properties =
        new ArrayList<>(
            List.of(
                "tanada.auth.password.memory=64KB",
                "tanada.auth.password.passes=1",
                "tanada.auth.throttle.account=1000",
                "tanada.auth.throttle.network=100000",
                "tanada.auth.throttle.wishes=100000",
                "tanada.auth.providers.lying.issuer=" + PROVIDER.issuer(),
                "tanada.auth.providers.lying.client-id=" + LyingProvider.CLIENT,
                "tanada.auth.providers.lying.client-secret=" + LyingProvider.SECRET));
    properties.addAll(List.of(more));
    platform = AuthPlatform.mortal(properties.toArray(String[]::new));
    other = new Server(platform.nodes.get(1));
    dying = new Server(platform.nodes.get(0));
  }

  static DyingServer shared() {
    return Shared.SERVER;
  }

  /** One with settings of its own. */
  static DyingServer with(String... more) {
    return new DyingServer(more);
  }

  private static final class Shared {
    static final DyingServer SERVER = new DyingServer();
  }

  /** A server, called without HTTP, so that what kills it comes through. */
  record Server(ApplicationContext context) {
    AccountsContract accounts() {
      return context.getBean(AccountsContract.class);
    }

    EmailContract emails() {
      return context.getBean(EmailContract.class);
    }

    FactorsContract factors() {
      return context.getBean(FactorsContract.class);
    }

    PasskeysContract passkeys() {
      return context.getBean(PasskeysContract.class);
    }

    ProvidersContract providers() {
      return context.getBean(ProvidersContract.class);
    }

    void deliver() {
      Deliveries.sweep(context);
    }
  }

  /**
   * A request, and what comes after it.
   *
   * @param send the request, whose server may be killed in it
   * @param goOn what its user does next, who has seen no answer, and what must be true then
   */
  record Request(Consumer<Server> send, Runnable goOn) {}

  /**
   * Sends the request again and again, each time on behalf of somebody new: the first time the
   * server gets no call to the rows through, then one, and so on, until it has done all of it and
   * dies before it answers.
   */
  void diesAtEachStepOf(Supplier<Request> requests) {
    for (int calls = 0; calls < MOST; calls++) {
      Request request = requests.get();
      boolean died = platform.mortal.diesAfter(calls, () -> request.send().accept(dying));
      try {
        request.goOn().run();
        nothingIsHalf();
      } catch (ProblemException | AssertionError e) {
        throw new AssertionError("after " + calls + " calls: " + e.getMessage(), e);
      }
      if (!died) {
        assertThat(calls).as("calls of the whole request").isPositive();
        return;
      }
    }
    throw new AssertionError("a request of more than " + MOST + " calls");
  }

  /** Names that were claimed for rows that never came are free again. */
  void lapse() {
    platform.advance(LAPSE);
  }

  /** Whatever waits in the outbox is done, also what a server has died with. */
  void settle() {
    platform.advance(LEASE);
    other.deliver();
  }

  private void nothingIsHalf() {
    settle();
    Set<Long> users = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (Row user : platform.rows.all("users")) {
      if ("active".equals(user.values().get("state"))) {
        users.add(user.id());
      }
      names.add(user.id() + " email " + canonical(user.values().get("email")));
      names.add(user.id() + " username " + canonical(user.values().get("username")));
    }
    for (String table :
        List.of("sessions", "refresh_families", "credentials", "passkeys", "provider_links")) {
      assertThat(platform.rows.all(table)).as(table).allMatch(row -> users.contains(row.owner()));
    }
    for (String kind : List.of("email", "username")) {
      platform
          .rows
          .holders(kind)
          .forEach((name, user) -> assertThat(names).contains(user + " " + kind + " " + name));
    }
  }

  private static String canonical(Object name) {
    return String.valueOf(name).toLowerCase(Locale.ROOT);
  }

  /** Signs in by a password; null if it is not the right one. */
  OpenedSession signIn(String email, String password) {
    try {
      return other.accounts().openSession(new OpenSession(email, password, "test", NETWORK));
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
      return null;
    }
  }

  /** Whether a session is good at the server that goes on. */
  boolean lives(OpenedSession session) {
    return done(
        () -> other.accounts().verifySession(new SessionCookie(session.cookie())),
        ProblemCode.UNAUTHENTICATED);
  }

  /** Whether a call succeeds; if not it is refused by one of these, and so says what to do. */
  static boolean done(Runnable call, ProblemCode... refusals) {
    try {
      call.run();
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).as(e.getMessage()).isIn((Object[]) refusals);
      return false;
    }
  }

  /** The secret of the link in the newest mail of a kind to an address. */
  String link(String email, String kind) {
    return Mailbox.token(platform.mails().mail(mails(email, kind).getFirst().id()).text());
  }

  /** Mails of a kind to an address, newest first. */
  List<Mail> mails(String email, String kind) {
    return platform.mails().mails(new MailQuery(100, null)).mails().stream()
        .filter(mail -> mail.to().equals(email) && mail.kind().equals(kind))
        .toList();
  }
}
