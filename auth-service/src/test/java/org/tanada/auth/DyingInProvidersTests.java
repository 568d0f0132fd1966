package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.DyingServer.NETWORK;
import static org.tanada.auth.DyingServer.done;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tanada.auth.DyingServer.Request;
import org.tanada.auth.DyingServer.Server;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.ProvidersContract.BeginFlow;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.Link;
import org.tanada.common.account.ProvidersContract.LinkWish;
import org.tanada.common.account.ProvidersContract.LogoutToken;
import org.tanada.common.problem.ProblemCode;

/** A server is killed in every step of what users do with outside providers. */
class DyingInProvidersTests {
  private static final String NAME = "lying";

  private final DyingServer server = DyingServer.shared();

  @AfterEach
  void behave() {
    server.provider.behave();
  }

  @Test
  void firstSignIn() {
    server.diesAtEachStepOf(() -> {
      String subject = ProviderPlatform.stranger();
      server.provider.claims =
          builder -> builder.claim("email", subject + "@example.org").claim("email_verified", true);
      EndFlow end = end(null, subject);
      return new Request(
          at -> at.providers().end(NAME, end),
          () -> {
            ends(end);
            server.lapse();
            EndedFlow ended = server.other.providers().end(NAME, end(null, subject));
            assertThat(server.lives(ended.session())).isTrue();
            long userId = ended.session().identity().userId();
            assertThat(server.other.emails().address(userId).email())
                .isEqualTo(subject + "@example.org");
            assertThat(server.platform.rows.all("provider_links"))
                .filteredOn(row -> subject.equals(row.values().get("subject")))
                .hasSize(1);
          });
    });
  }

  @Test
  void laterSignIn() {
    server.diesAtEachStepOf(() -> {
      String subject = ProviderPlatform.stranger();
      long userId = userId(signIn(server.other, subject));
      EndFlow end = end(null, subject);
      return new Request(
          at -> at.providers().end(NAME, end),
          () -> {
            ends(end); // if the provider had not been asked yet
            assertThat(ends(end)).as("again").isFalse();
            assertThat(userId(signIn(server.other, subject))).isEqualTo(userId);
          });
    });
  }

  @Test
  void link() {
    server.diesAtEachStepOf(() -> {
      OpenedSession session = session();
      String subject = ProviderPlatform.stranger();
      EndFlow end = end(session, subject);
      return new Request(
          at -> at.providers().end(NAME, end),
          () -> {
            ends(end);
            server.lapse();
            server.other.providers().end(NAME, end(session, subject));
            assertThat(links(session)).hasSize(1);
            assertThat(userId(signIn(server.other, subject)))
                .isEqualTo(session.identity().userId());
          });
    });
  }

  @Test
  void unlink() {
    server.diesAtEachStepOf(() -> {
      OpenedSession session = session();
      long userId = session.identity().userId();
      String subject = ProviderPlatform.stranger();
      server.other.providers().end(NAME, end(session, subject));
      OpenedSession byProvider = signIn(server.other, subject).session();
      long linkId = links(session).getFirst().id();
      return new Request(
          at -> at.providers().unlink(userId, linkId),
          () -> {
            done(() -> server.other.providers().unlink(userId, linkId), ProblemCode.NOT_FOUND);
            assertThat(links(session)).isEmpty();
            assertThat(server.lives(byProvider)).isFalse();
            assertThat(server.lives(session)).isTrue();
            server.lapse();
            assertThat(userId(signIn(server.other, subject))).isNotEqualTo(userId);
          });
    });
  }

  @Test
  void signOutAtTheProvider() {
    server.diesAtEachStepOf(() -> {
      String subject = ProviderPlatform.stranger();
      OpenedSession session = signIn(server.other, subject).session();
      LogoutToken token =
          new LogoutToken(
              server.provider.logoutToken(subject, "session-of-" + subject, builder -> {}));
      return new Request(
          at -> at.providers().backChannelLogout(NAME, token),
          () -> {
            done( // the provider sends it again
                () -> server.other.providers().backChannelLogout(NAME, token),
                ProblemCode.MALFORMED_REQUEST); // it was used before
            assertThat(server.lives(session)).isFalse();
          });
    });
  }

  /** Whether a flow ends at the server that goes on; else it says to begin again. */
  private boolean ends(EndFlow end) {
    return done(
        () -> server.other.providers().end(NAME, end),
        ProblemCode.INVALID_FLOW,
        ProblemCode.PROVIDER_FAILED); // the code is used
  }

  private EndFlow end(OpenedSession session, String subject) {
    LinkWish wish =
        session == null
            ? null
            : new LinkWish(
                session.identity().userId(), session.session().id(), AuthPlatform.PASSWORD);
    BegunFlow begun =
        server
            .other
            .providers()
            .begin(NAME, new BeginFlow(ProviderPlatform.REDIRECT, "/me", false, wish));
    return new EndFlow(
        server.provider.authorize(begun.location(), subject),
        begun.cookie(),
        session == null ? null : (Long) session.identity().userId(),
        session == null ? null : (Long) session.session().id(),
        "test",
        NETWORK,
        null);
  }

  private EndedFlow signIn(Server at, String subject) {
    return at.providers().end(NAME, end(null, subject));
  }

  private static long userId(EndedFlow ended) {
    return ended.session().identity().userId();
  }

  private OpenedSession session() {
    SignUp user = AuthPlatform.newcomer();
    server.other.accounts().signUp(user);
    return server.signIn(user.email(), user.password());
  }

  private List<Link> links(OpenedSession session) {
    return server.other.providers().ways(session.identity().userId()).links();
  }
}
