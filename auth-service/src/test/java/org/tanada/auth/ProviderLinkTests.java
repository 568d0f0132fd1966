package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.Link;
import org.tanada.common.account.ProvidersContract.LinkWish;
import org.tanada.common.account.ProvidersContract.Ways;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Linking and unlinking. */
class ProviderLinkTests {
  private final ProviderPlatform outside = ProviderPlatform.shared();
  private final AccountsContract accounts = outside.platform.accounts();
  private final SignUp user = AuthPlatform.newcomer();
  private final long userId = accounts.signUp(user).userId();
  private final OpenedSession session = accounts.openSession(AuthPlatform.login(user));
  private final String subject = ProviderPlatform.stranger();

  @AfterEach
  void behave() {
    outside.provider.behave();
  }

  @Test
  void linkedIdentitySignsInToTheOldAccount() {
    link("lying", subject);

    EndedFlow ended = outside.signIn(subject);

    assertThat(ended.created()).isFalse();
    assertThat(ended.session().identity().userId()).isEqualTo(userId);
    Ways ways = outside.providers.ways(userId);
    assertThat(ways.password()).isTrue();
    assertThat(ways.links()).extracting(Link::label).containsExactly(subject);
    assertThat(ways.links()).extracting(Link::title).containsExactly("Lying Provider");
  }

  @Test
  void linkingTwiceChangesNothing() {
    link("lying", subject);
    link("lying", subject);

    assertThat(outside.providers.ways(userId).links()).hasSize(1);
  }

  @Test
  void whoHasNotProvedToBeTheUserLinksNothing() {
    assertThat(refused(wish("wrong password"))).isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    outside.platform.advance(Duration.ofMinutes(6));
    assertThat(refused(wish(null))).isEqualTo(ProblemCode.PROOF_REQUIRED);
    SignUp other = AuthPlatform.newcomer();
    long otherId = accounts.signUp(other).userId();
    LinkWish foreign = new LinkWish(otherId, session.session().id(), null);
    assertThat(refused(foreign)).isEqualTo(ProblemCode.PROOF_REQUIRED);
    accounts.endSession(userId, session.session().id());
    assertThat(refused(wish(user.password()))).isEqualTo(ProblemCode.PROOF_REQUIRED);
  }

  @Test
  void freshSessionIsProofEnough() {
    assertThat(outside.begin("lying", wish(null))).isNotNull();
  }

  @Test
  void linkIsMadeInTheSessionThatBeganItAlone() {
    BegunFlow begun = outside.begin("lying", wish(user.password()));
    String parameters = outside.provider.authorize(begun.location(), subject);
    SignUp other = AuthPlatform.newcomer();
    long otherId = accounts.signUp(other).userId();
    long otherSession = accounts.openSession(AuthPlatform.login(other)).session().id();

    assertThat(problem(() -> end(begun, parameters, otherId, otherSession)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    BegunFlow again = outside.begin("lying", wish(user.password()));
    String others = outside.provider.authorize(again.location(), subject);
    accounts.endSession(userId, session.session().id());
    assertThat(problem(() -> end(again, others, userId, session.session().id())).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    assertThat(outside.providers.ways(userId).links()).isEmpty();
  }

  @Test
  void identityOfAnotherAccountIsNotTaken() {
    outside.signIn(subject);

    assertThat(problem(() -> link("lying", subject)).code()).isEqualTo(ProblemCode.IDENTITY_TAKEN);
    assertThat(outside.providers.ways(userId).links()).isEmpty();
  }

  @Test
  void unlinkedIdentityIsAStrangerAgainAndItsSessionsEnd() {
    link("lying", subject);
    String cookie = outside.signIn(subject).session().cookie();
    long linkId = outside.providers.ways(userId).links().getFirst().id();

    outside.providers.unlink(userId, linkId);

    for (int call = 0; call < 2; call++) {
      assertThat(problem(() -> accounts.verifySession(new SessionCookie(cookie))).code())
          .isEqualTo(ProblemCode.UNAUTHENTICATED);
    }
    assertThat(accounts.verifySession(new SessionCookie(session.cookie())).userId())
        .isEqualTo(userId);
    assertThat(outside.signIn(subject).created()).isTrue();
    assertThat(problem(() -> outside.providers.unlink(userId, linkId)).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void nobodyUnlinksAnothersIdentity() {
    link("lying", subject);
    long linkId = outside.providers.ways(userId).links().getFirst().id();
    long otherId = accounts.signUp(AuthPlatform.newcomer()).userId();

    assertThat(problem(() -> outside.providers.unlink(otherId, linkId)).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void lastWayInStays() {
    EndedFlow ended = outside.signIn(subject);
    long own = ended.session().identity().userId();
    Link only = outside.providers.ways(own).links().getFirst();

    assertThat(outside.providers.ways(own).password()).isFalse();
    assertThat(problem(() -> outside.providers.unlink(own, only.id())).code())
        .isEqualTo(ProblemCode.LAST_WAY);
  }

  @Test
  void ofTwoWaysThatGoAtTheSameTimeOneStays() throws Exception {
    EndedFlow ended = outside.signIn(subject);
    long own = ended.session().identity().userId();
    long ownSession = ended.session().session().id();
    BegunFlow begun = outside.begin("plain", new LinkWish(own, ownSession, null));
    String parameters = outside.provider.authorize(begun.location(), subject);
    outside.providers.end(
        "plain", new EndFlow(parameters, begun.cookie(), own, ownSession, null, null, null));
    List<Link> both = outside.providers.ways(own).links();
    assertThat(both).hasSize(2);

    List<CompletableFuture<Boolean>> unlinking =
        both.stream()
            .map(link -> CompletableFuture.supplyAsync(() -> unlinks(own, link.id())))
            .toList();
    for (CompletableFuture<Boolean> each : unlinking) {
      each.get();
    }

    assertThat(unlinking.stream().filter(CompletableFuture::join)).hasSize(1);
    assertThat(outside.providers.ways(own).links()).hasSize(1);
  }

  @Test
  void deletedAccountHasNoLinks() {
    link("lying", subject);
    accounts.deleteUser(userId);

    assertThat(outside.signIn(subject).created()).isTrue();
    assertThat(problem(() -> outside.providers.ways(userId)).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  private boolean unlinks(long own, long linkId) {
    try {
      outside.providers.unlink(own, linkId);
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).isIn(ProblemCode.LAST_WAY, ProblemCode.VERSION_MISMATCH);
      return false;
    }
  }

  private ProblemCode refused(LinkWish wish) {
    return problem(() -> outside.begin("lying", wish)).code();
  }

  private LinkWish wish(String password) {
    return new LinkWish(userId, session.session().id(), password);
  }

  private void link(String provider, String who) {
    BegunFlow begun = outside.begin(provider, wish(user.password()));
    String parameters = outside.provider.authorize(begun.location(), who);
    EndedFlow ended = end(begun, parameters, userId, session.session().id());
    assertThat(ended.session()).isNull();
  }

  private EndedFlow end(BegunFlow begun, String parameters, long owner, long ownSession) {
    return outside.providers.end(
        "lying", new EndFlow(parameters, begun.cookie(), owner, ownSession, null, null, null));
  }
}
