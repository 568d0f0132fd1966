package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.tanada.auth.Problems.problem;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.ProvidersContract.BeginFlow;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.EndedFlow;
import org.tanada.common.account.ProvidersContract.OfferedProvider;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.testing.Poll;

/** Signing in by a provider that does as it should. */
class ProviderSignInTests {
  private final ProviderPlatform outside = ProviderPlatform.shared();
  private final AccountsContract accounts = outside.platform.accounts();
  private final String subject = ProviderPlatform.stranger();

  @AfterEach
  void behave() {
    outside.provider.behave();
  }

  @Test
  void providersAreListedByName() {
    assertThat(outside.providers.providers())
        .extracting(OfferedProvider::name, OfferedProvider::title)
        .containsExactly(
            tuple("absent", "absent"), tuple("lying", "Lying Provider"), tuple("plain", "plain"));
  }

  @Test
  void requestHasAllThatProtectsIt() {
    BegunFlow begun = outside.begin();

    assertThat(URI.create(begun.location()).getQuery())
        .contains("response_type=code")
        .contains("scope=openid+profile+email")
        .contains("code_challenge_method=S256")
        .containsPattern("code_challenge=[\\w-]{43}")
        .containsPattern("state=[\\w-]{43}")
        .containsPattern("nonce=[\\w-]{43}")
        .contains("redirect_uri=" + ProviderPlatform.REDIRECT);
    assertThat(begun.cookie()).hasSizeLessThan(2000).doesNotContain("http");
    assertThat(begun.seconds()).isEqualTo(600);
  }

  @Test
  void firstSignInMakesAnAccountAndTheNextOneFindsIt() {
    EndedFlow first = outside.signIn(subject);
    EndedFlow second = outside.signIn(subject);

    assertThat(first.created()).isTrue();
    assertThat(second.created()).isFalse();
    assertThat(first.next()).isEqualTo("/me");
    Identity identity = accounts.verifySession(new SessionCookie(second.session().cookie()));
    assertThat(identity.userId()).isEqualTo(first.session().identity().userId());
    assertThat(identity.username()).isEqualTo(subject);
    assertThat(identity.displayName()).isEqualTo("Somebody " + subject);
    assertThat(identity.roles()).containsExactly("customer");
    assertThat(first.session().session().userAgent()).isEqualTo("test");
  }

  @Test
  void lockedAccountIsNotOpenedByItsProviderEither() {
    long userId = outside.signIn(subject).session().identity().userId();
    outside.platform.administration().lock(new Lock(Actor.OPERATOR, userId, true));

    assertThat(problem(() -> outside.signIn(subject)).code()).isEqualTo(ProblemCode.ACCOUNT_LOCKED);

    outside.platform.administration().lock(new Lock(Actor.OPERATOR, userId, false));
    assertThat(outside.signIn(subject).session().identity().userId()).isEqualTo(userId);
  }

  @Test
  void signInByAProviderIsInTheAuditLog() {
    long userId = outside.signIn(subject).session().identity().userId();

    Poll.until(() ->
        outside
            .platform
            .audit()
            .entries(new Query(userId, null, What.SIGN_IN, 10, null))
            .entries()
            .stream()
            .anyMatch(entry -> "session by lying".equals(entry.detail())));
  }

  @Test
  void plainOAuthKnowsPeopleByAFieldOfTheirUserInfo() {
    BegunFlow begun = outside.begin("plain", null);
    EndedFlow first =
        outside.end("plain", begun, outside.provider.authorize(begun.location(), subject));
    BegunFlow again = outside.begin("plain", null);
    EndedFlow second =
        outside.end("plain", again, outside.provider.authorize(again.location(), subject));

    assertThat(first.created()).isTrue();
    assertThat(second.created()).isFalse();
    assertThat(first.session().identity().username()).startsWith("octo-cat");
    assertThat(first.session().identity().displayName()).isEqualTo("Octo Cat");
  }

  @Test
  void takenUserNameGetsASuffixAndABadOneIsMadeGood() {
    SignUp taken = AuthPlatform.newcomer();
    accounts.signUp(taken);
    outside.provider.claims = claims -> claims.claim("preferred_username", taken.username());
    String suffixed = outside.signIn(subject).session().identity().username();
    outside.provider.claims =
        claims -> claims.claim("preferred_username", "Zo\u00eb \u202e!! O\u2019Neil@example.org");
    String made = outside.signIn(ProviderPlatform.stranger()).session().identity().username();

    assertThat(suffixed).startsWith(taken.username() + "-").hasSizeLessThanOrEqualTo(30);
    assertThat(made).startsWith("Zoe-O-Neil");
  }

  @Test
  void anAddressNeverGivesAnAccountAway() {
    SignUp victim = AuthPlatform.newcomer();
    accounts.signUp(victim);
    outside.provider.claims =
        claims -> claims.claim("email", victim.email()).claim("email_verified", true);

    var refused = problem(() -> outside.signIn(subject));
    outside.provider.claims = claims -> claims.claim("email", victim.email());
    EndedFlow unverified = outside.signIn(subject);

    assertThat(refused.code()).isEqualTo(ProblemCode.EMAIL_TAKEN);
    assertThat(unverified.created()).isTrue();
    assertThat(unverified.session().identity().username()).isEqualTo(subject);
  }

  @Test
  void nobodySignsInByPasswordToAnAccountWithoutOne() {
    String address = subject + "@example.com";
    outside.provider.claims =
        claims -> claims.claim("email", address).claim("email_verified", true);
    outside.signIn(subject);

    assertThat(
            problem(() ->
                    accounts.openSession(
                        new AccountsContract.OpenSession(address, "null", null, null)))
                .code())
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
  }

  @Test
  void sessionOfBeforeEndsAndANewOneBegins() {
    SignUp user = AuthPlatform.newcomer();
    accounts.signUp(user);
    String before = accounts.openSession(AuthPlatform.login(user)).cookie();
    BegunFlow begun = outside.begin();

    outside.providers.end(
        "lying",
        new EndFlow(
            outside.provider.authorize(begun.location(), subject),
            begun.cookie(),
            null,
            null,
            null,
            null,
            before));

    assertThat(problem(() -> accounts.verifySession(new SessionCookie(before))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
  }

  @Test
  void whoShallProveAnewIsAskedTo() {
    BegunFlow begun =
        outside.providers.begin(
            "lying", new BeginFlow(ProviderPlatform.REDIRECT, "/me", true, null));
    assertThat(begun.location()).contains("prompt=login").contains("max_age=0");
    String parameters = outside.provider.authorize(begun.location(), subject);
    outside.provider.claims =
        claims -> claims.claim("auth_time", Instant.now().getEpochSecond() - 3600);

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void claimOfACrashedSignInHeals() {
    EndedFlow before = outside.signIn(subject);
    long userId = before.session().identity().userId();
    // as if the server had died between the claim and the rows: the claim points nowhere
    var link = outside.providers.ways(userId).links().getFirst();
    Write lost =
        new Write(Write.Operation.DELETE, "provider_links", link.id(), null, Map.of(), Map.of());
    outside.platform.rows.commit(
        new Transaction(userId, List.of(lost), List.of(), "crash-" + subject, "-", null));

    assertThat(problem(() -> outside.signIn(subject)).code()).isEqualTo(ProblemCode.CONFLICT);
    outside.platform.advance(Duration.ofSeconds(61));
    EndedFlow healed = outside.signIn(subject);

    assertThat(healed.created()).isTrue();
    assertThat(healed.session().identity().userId()).isNotEqualTo(userId);
  }

  @Test
  void deletedAccountGivesItsIdentityBack() {
    long userId = outside.signIn(subject).session().identity().userId();

    accounts.deleteUser(userId);
    EndedFlow again = outside.signIn(subject);

    assertThat(again.created()).isTrue();
    assertThat(again.session().identity().username()).isEqualTo(subject);
  }
}
