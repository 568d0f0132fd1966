package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.ProvidersContract.LogoutToken;
import org.tanada.common.account.ProvidersContract.ProviderSignOut;
import org.tanada.common.account.ProvidersContract.Return;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Signing out there because of here, and here because of there. */
class ProviderSignOutTests {
  private final ProviderPlatform outside = ProviderPlatform.shared();
  private final LyingProvider provider = outside.provider;
  private final AccountsContract accounts = outside.platform.accounts();
  private final String subject = ProviderPlatform.stranger();

  @AfterEach
  void behave() {
    provider.behave();
  }

  @Test
  void browserIsSentOnWithTheIdTokenOfItsSession() {
    OpenedSession opened = outside.signIn(subject).session();

    ProviderSignOut there =
        outside.providers.providerSignOut(
            opened.identity().userId(), opened.session().id(), new Return("http://localhost/in"));

    assertThat(there.title()).isEqualTo("Lying Provider");
    assertThat(there.location())
        .startsWith(provider.issuer() + "/out?")
        .contains("id_token_hint=ey")
        .contains("post_logout_redirect_uri=http%3A%2F%2Flocalhost%2Fin");
    String kept = outside.platform.rows.all("sessions").toString();
    String token = there.location().replaceFirst(".*[?&]id_token_hint=([^&]+).*", "$1");
    assertThat(kept).contains("id_token_encrypted=").doesNotContain(token.split("\\."));
  }

  @Test
  void sessionOfAPasswordHasNowhereElseToSignOut() {
    SignUp user = AuthPlatform.newcomer();
    long userId = accounts.signUp(user).userId();
    OpenedSession opened = accounts.openSession(AuthPlatform.login(user));

    assertThat(
            outside
                .providers
                .providerSignOut(userId, opened.session().id(), new Return("http://localhost/in"))
                .location())
        .isNull();
  }

  @Test
  void logoutTokenEndsTheSessionsOfItsSessionThere() {
    String ended = signIn("one");
    String left = signIn("two");

    logout(provider.logoutToken(subject, "one", claims -> {}));

    assertThat(lives(ended)).isFalse();
    assertThat(lives(left)).isTrue();
  }

  @Test
  void logoutTokenWithASessionAloneFindsIt() {
    String name = UUID.randomUUID().toString();
    String ended = signIn(name);

    logout(provider.logoutToken(null, name, claims -> {}));

    assertThat(lives(ended)).isFalse();
  }

  @Test
  void logoutTokenWithoutASessionEndsAllOfTheSubject() {
    String one = signIn("one");
    String two = signIn("two");
    String other = outside.signIn(ProviderPlatform.stranger()).session().cookie();

    logout(provider.logoutToken(subject, null, claims -> {}));

    assertThat(lives(one)).isFalse();
    assertThat(lives(two)).isFalse();
    assertThat(lives(other)).isTrue();
  }

  @Test
  void unknownSubjectIsNoError() {
    logout(provider.logoutToken(ProviderPlatform.stranger(), null, claims -> {}));
  }

  @Test
  void usedLogoutTokenIsRefused() {
    signIn("one");
    String token = provider.logoutToken(subject, null, claims -> {});
    logout(token);
    String again = signIn("one");

    for (int call = 0; call < 2; call++) {
      assertThat(refusal(token)).isEqualTo(ProblemCode.MALFORMED_REQUEST);
    }
    assertThat(lives(again)).isTrue();
  }

  static Stream<Arguments> badTokens() {
    return Stream.of(
        bad("another issuer", claims -> claims.issuer("https://evil.example")),
        bad("another audience", claims -> claims.audience("somebody-else")),
        bad("no event", claims -> claims.claim("events", null)),
        bad("another event", claims -> claims.claim("events", Map.of("http://e", Map.of()))),
        bad("a nonce: an ID token", claims -> claims.claim("nonce", "n")),
        bad("no id", claims -> claims.jwtID(null)),
        bad("no time", claims -> claims.issueTime(null)),
        bad("old", claims -> claims.issueTime(ago(Duration.ofMinutes(10)))),
        bad("of the future", claims -> claims.issueTime(ago(Duration.ofMinutes(-10)))),
        bad("never expires", claims -> claims.expirationTime(null)),
        bad("expired", claims -> claims.expirationTime(ago(Duration.ofMinutes(3)))),
        bad("of nobody", claims -> claims.subject(null)));
  }

  private static Arguments bad(String what, Consumer<JWTClaimsSet.Builder> change) {
    return Arguments.of(what, change);
  }

  private static Date ago(Duration age) {
    return Date.from(Instant.now().minus(age));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badTokens")
  void badLogoutTokenEndsNothing(String what, Consumer<JWTClaimsSet.Builder> change) {
    String cookie = signIn("one");

    assertThat(refusal(provider.logoutToken(subject, null, change)))
        .as(what)
        .isEqualTo(ProblemCode.MALFORMED_REQUEST);
    assertThat(lives(cookie)).isTrue();
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(
      value = LyingProvider.Signature.class,
      mode = org.junit.jupiter.params.provider.EnumSource.Mode.EXCLUDE,
      names = {"RS256", "EDDSA"})
  void logoutTokenOfAnotherSignatureEndsNothing(LyingProvider.Signature signature) {
    String cookie = signIn("one");
    provider.signature = signature;

    assertThat(refusal(provider.logoutToken(subject, null, claims -> {})))
        .isEqualTo(ProblemCode.MALFORMED_REQUEST);
    assertThat(lives(cookie)).isTrue();
  }

  @Test
  void whatIsNoTokenIsRefused() {
    for (String text : new String[] {"", "no token", "a.b.c", "e".repeat(20_000)}) {
      assertThat(refusal(text)).isEqualTo(ProblemCode.MALFORMED_REQUEST);
    }
    assertThat(
            problem(() -> outside.providers.backChannelLogout("plain", new LogoutToken("t")))
                .code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  private String signIn(String session) {
    provider.claims = claims -> claims.claim("sid", session);
    return outside.signIn(subject).session().cookie();
  }

  private void logout(String token) {
    outside.providers.backChannelLogout("lying", new LogoutToken(token));
  }

  private ProblemCode refusal(String token) {
    return problem(() -> logout(token)).code();
  }

  private boolean lives(String cookie) {
    try {
      accounts.verifySession(new SessionCookie(cookie));
      return true;
    } catch (ProblemException e) {
      assertThat(e.code()).isEqualTo(ProblemCode.UNAUTHENTICATED);
      return false;
    }
  }
}
