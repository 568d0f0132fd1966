package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.DyingServer.NETWORK;
import static org.tanada.auth.DyingServer.done;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.tanada.auth.DyingServer.Request;
import org.tanada.auth.DyingServer.Server;
import org.tanada.auth.factor.TotpApp;
import org.tanada.auth.passkey.SoftAuthenticator;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.FactorsContract.Confirmation;
import org.tanada.common.account.FactorsContract.Enrolment;
import org.tanada.common.account.FactorsContract.Proof;
import org.tanada.common.account.FactorsContract.SecondStep;
import org.tanada.common.account.PasskeysContract.Answer;
import org.tanada.common.account.PasskeysContract.Challenge;
import org.tanada.common.account.PasskeysContract.NewPasskey;
import org.tanada.common.account.PasskeysContract.PasskeySignIn;
import org.tanada.common.account.PasskeysContract.Site;
import org.tanada.common.problem.ProblemCode;

/** A server is killed in every step of what users do with codes and passkeys. */
class DyingInFactorsTests {
  private static final Site SITE = new Site("localhost", "http://localhost:8080");

  private final DyingServer server = DyingServer.shared();

  @Test
  void setUpOfCodes() {
    server.diesAtEachStepOf(() -> {
      Holder holder = holder();
      Enrolment enrolment = server.other.factors().beginTotp(holder.userId());
      TotpApp app = new TotpApp(enrolment.secret());
      Confirmation confirmation = new Confirmation(enrolment.ticket(), code(app));
      return new Request(
          at -> at.factors().confirmTotp(holder.userId(), confirmation),
          () -> {
            if (server.other.factors().factors(holder.userId()).totp()) {
              // nobody has seen the recovery codes: the app works, and can give others
              assertThat(server.other.factors().newRecoveryCodes(holder.userId()).codes())
                  .hasSize(10);
            } else {
              server.other.factors().confirmTotp(holder.userId(), confirmation);
            }
            assertThat(secondStep(holder.user(), nextCode(app))).isTrue();
          });
    });
  }

  @Test
  void endOfCodes() {
    server.diesAtEachStepOf(() -> {
      Enrolled enrolled = enrolled();
      return new Request(
          at -> at.factors().endTotp(enrolled.userId()),
          () -> {
            done(() -> server.other.factors().endTotp(enrolled.userId()), ProblemCode.NOT_FOUND);
            assertThat(server.signIn(enrolled.user().email(), enrolled.user().password()))
                .isNotNull();
          });
    });
  }

  @Test
  void signInByACode() {
    server.diesAtEachStepOf(() -> {
      Enrolled enrolled = enrolled();
      String code = nextCode(enrolled.app());
      SecondStep step = step(ticket(enrolled.user()), code);
      return new Request(
          at -> at.factors().openSession(step),
          () -> {
            done(() -> server.other.factors().openSession(step), ProblemCode.WRONG_CODE);
            assertThat(secondStep(enrolled.user(), code)).as("again").isFalse();
            assertThat(secondStep(enrolled.user(), nextCode(enrolled.app()))).isTrue();
          });
    });
  }

  @Test
  void signInByARecoveryCode() {
    server.diesAtEachStepOf(() -> {
      Enrolled enrolled = enrolled();
      String code = enrolled.recovery().getFirst();
      SecondStep step = step(ticket(enrolled.user()), code);
      return new Request(
          at -> at.factors().openSession(step),
          () -> {
            done(() -> server.other.factors().openSession(step), ProblemCode.WRONG_CODE);
            assertThat(secondStep(enrolled.user(), code)).as("again").isFalse();
            assertThat(server.other.factors().factors(enrolled.userId()).recoveryCodes())
                .isEqualTo(9);
            assertThat(secondStep(enrolled.user(), enrolled.recovery().getLast())).isTrue();
          });
    });
  }

  @Test
  void newRecoveryCodes() {
    server.diesAtEachStepOf(() -> {
      Enrolled enrolled = enrolled();
      return new Request(
          at -> at.factors().newRecoveryCodes(enrolled.userId()),
          () -> {
            List<String> codes = server.other.factors().newRecoveryCodes(enrolled.userId()).codes();
            assertThat(secondStep(enrolled.user(), enrolled.recovery().getFirst())).isFalse();
            assertThat(secondStep(enrolled.user(), codes.getFirst())).isTrue();
          });
    });
  }

  @Test
  void proofInASession() {
    server.diesAtEachStepOf(() -> {
      SignUp user = holder().user();
      OpenedSession session = server.signIn(user.email(), user.password());
      long userId = session.identity().userId();
      server.platform.advance(Duration.ofMinutes(6));
      Proof proof = new Proof(user.password(), null, null, NETWORK);
      return new Request(
          at -> at.factors().prove(userId, session.session().id(), proof),
          () -> {
            server.other.factors().prove(userId, session.session().id(), proof);
            server.other.factors().checkProof(userId, session.session().id());
          });
    });
  }

  @Test
  void registrationOfAPasskey() {
    server.diesAtEachStepOf(() -> {
      Holder holder = holder();
      SoftAuthenticator device = new SoftAuthenticator();
      NewPasskey first = passkey(holder, device);
      return new Request(
          at -> at.passkeys().add(holder.userId(), first),
          () -> {
            boolean again =
                done(
                    () -> server.other.passkeys().add(holder.userId(), first),
                    ProblemCode.INVALID_FLOW); // begin again
            boolean there = !server.other.passkeys().passkeys(holder.userId()).isEmpty();
            assertThat(there || !again).isTrue();
            assertThat(passkeySignIn(server.other, device)).isEqualTo(there);
            SoftAuthenticator second = new SoftAuthenticator();
            server.other.passkeys().add(holder.userId(), passkey(holder, second));
            assertThat(passkeySignIn(server.other, second)).isTrue();
          });
    });
  }

  @Test
  void signInByAPasskey() {
    server.diesAtEachStepOf(() -> {
      Holder holder = holder();
      SoftAuthenticator device = new SoftAuthenticator();
      server.other.passkeys().add(holder.userId(), passkey(holder, device));
      PasskeySignIn answer = answer(device);
      return new Request(
          at -> at.passkeys().openSession(answer),
          () -> {
            done(() -> server.other.passkeys().openSession(answer), ProblemCode.INVALID_FLOW);
            assertThat(
                    done(
                        () -> server.other.passkeys().openSession(answer),
                        ProblemCode.INVALID_FLOW))
                .as("again")
                .isFalse();
            assertThat(passkeySignIn(server.other, device)).isTrue();
          });
    });
  }

  @Test
  void removalOfAPasskey() {
    server.diesAtEachStepOf(() -> {
      Holder holder = holder();
      SoftAuthenticator device = new SoftAuthenticator();
      long id = server.other.passkeys().add(holder.userId(), passkey(holder, device)).id();
      OpenedSession opened = server.other.passkeys().openSession(answer(device));
      return new Request(
          at -> at.passkeys().remove(holder.userId(), id),
          () -> {
            done(() -> server.other.passkeys().remove(holder.userId(), id), ProblemCode.NOT_FOUND);
            assertThat(server.lives(opened)).isFalse();
            assertThat(passkeySignIn(server.other, device)).isFalse();
          });
    });
  }

  private record Holder(SignUp user, long userId) {}

  private record Enrolled(SignUp user, long userId, TotpApp app, List<String> recovery) {}

  private Holder holder() {
    SignUp user = AuthPlatform.newcomer();
    return new Holder(user, server.other.accounts().signUp(user).userId());
  }

  private Enrolled enrolled() {
    Holder holder = holder();
    Enrolment enrolment = server.other.factors().beginTotp(holder.userId());
    TotpApp app = new TotpApp(enrolment.secret());
    List<String> recovery =
        server
            .other
            .factors()
            .confirmTotp(holder.userId(), new Confirmation(enrolment.ticket(), code(app)))
            .codes();
    return new Enrolled(holder.user(), holder.userId(), app, recovery);
  }

  private String code(TotpApp app) {
    return app.code(server.platform.clock().instant());
  }

  private String nextCode(TotpApp app) {
    server.platform.advance(Duration.ofSeconds(30));
    return code(app);
  }

  private String ticket(SignUp user) {
    return problem(() -> server.other.accounts().openSession(AuthPlatform.login(user))).ticket();
  }

  private boolean secondStep(SignUp user, String code) {
    return done(
        () -> server.other.factors().openSession(step(ticket(user), code)), ProblemCode.WRONG_CODE);
  }

  private static SecondStep step(String ticket, String code) {
    return new SecondStep(ticket, code, "test", NETWORK, null);
  }

  private NewPasskey passkey(Holder holder, SoftAuthenticator device) {
    Challenge challenge = server.other.passkeys().challenge(holder.userId(), SITE);
    return new NewPasskey(
        new Answer(challenge.ticket(), device.create(challenge.options())), "Laptop");
  }

  private PasskeySignIn answer(SoftAuthenticator device) {
    device.count++;
    Challenge challenge = server.other.passkeys().challenge(SITE);
    return new PasskeySignIn(
        new Answer(challenge.ticket(), device.get(challenge.options())), "test", NETWORK, null);
  }

  private boolean passkeySignIn(Server at, SoftAuthenticator device) {
    return done(() -> at.passkeys().openSession(answer(device)), ProblemCode.PASSKEY_REFUSED);
  }
}
