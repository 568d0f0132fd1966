package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import com.nimbusds.jwt.JWTClaimsSet;
import java.time.Duration;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.tanada.auth.LyingProvider.Signature;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.ProvidersContract.BegunFlow;
import org.tanada.common.account.ProvidersContract.EndFlow;
import org.tanada.common.account.ProvidersContract.LogoutToken;
import org.tanada.common.problem.ProblemCode;

/** A provider that lies, hangs, or is gone; and browsers that bring what is not theirs. */
class ProviderLiesTests {
  private final ProviderPlatform outside = ProviderPlatform.shared();
  private final LyingProvider provider = outside.provider;
  private final String subject = ProviderPlatform.stranger();

  @AfterEach
  void behave() {
    provider.behave();
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        lie("another issuer", claims -> claims.issuer("https://evil.example")),
        lie("another nonce", claims -> claims.claim("nonce", "of-another-flow")),
        lie("no nonce", claims -> claims.claim("nonce", null)),
        lie("another audience", claims -> claims.audience("somebody-else")),
        lie(
            "another audience as well, and it is the one that is meant",
            claims ->
                claims
                    .audience(List.of(LyingProvider.CLIENT, "somebody-else"))
                    .claim("azp", "somebody-else")),
        lie("expired", claims -> claims.expirationTime(before(Duration.ofMinutes(3)))),
        lie("never expires", claims -> claims.expirationTime(null)),
        lie("of the future", claims -> claims.issueTime(before(Duration.ofMinutes(-10)))),
        lie("no subject", claims -> claims.subject(null)),
        lie("an endless subject", claims -> claims.subject("s".repeat(256))));
  }

  private static Arguments lie(String what, Consumer<JWTClaimsSet.Builder> change) {
    return Arguments.of(what, change);
  }

  private static Date before(Duration age) {
    return Date.from(java.time.Instant.now().minus(age));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void idTokenWithWrongClaimsSignsNobodyIn(String what, Consumer<JWTClaimsSet.Builder> change) {
    provider.claims = change;

    assertThat(problem(() -> outside.signIn(subject)).code())
        .as(what)
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"RS256", "EDDSA"})
  void idTokenOfAnotherSignatureSignsNobodyIn(Signature signature) {
    provider.signature = signature;

    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void idTokenSignedByEd25519IsTakenOfAProviderThatAnnouncesIt() {
    provider.signature = Signature.EDDSA;

    assertThat(outside.signIn(subject).session()).isNotNull();
    outside.providers.backChannelLogout(
        "lying", new LogoutToken(provider.logoutToken(subject, null, claims -> {})));

    provider.claims = claims -> claims.claim("nonce", "of-another-flow");
    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
    provider.claims = claims -> claims.audience("somebody-else");
    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
    provider.claims = claims -> {};
    provider.announcesEdDsa = false;
    outside.platform.advance(Duration.ofHours(2)); // its metadata are asked for anew
    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
    provider.announcesEdDsa = true;
    outside.platform.advance(Duration.ofHours(2));
    assertThat(outside.signIn(subject).session()).isNotNull();
  }

  @Test
  void flowThatAServerLeftBeforeTheProviderAnsweredIsEndedByAnother() {
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    provider.codesWorkAgain = true; // it has not come so far as to look at the code
    provider.status = 503;
    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_UNAVAILABLE);
    provider.behave();

    assertThat(outside.end(begun, parameters).session()).isNotNull();
    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
  }

  @Test
  void responseOfAnotherIssuerOrOfNoneIsRefused() {
    provider.issuerParameter = "https://evil.example";
    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
    provider.issuerParameter = null; // it has announced that it always names itself
    assertThat(problem(() -> outside.signIn(subject)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void usedCodeIsOfNoUse() {
    BegunFlow first = outside.begin();
    String parameters = provider.authorize(first.location(), subject);
    outside.end(first, parameters);
    BegunFlow second = outside.begin();
    String code = parameters.replaceAll("&.*", "");
    String state = provider.authorize(second.location(), subject).replaceAll(".*(&state=)", "$1");

    assertThat(problem(() -> outside.end(second, code + state)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void codeOfAnotherFlowIsOfNoUseEvenIfTheProviderTakesItAgain() {
    provider.codesWorkAgain = true;
    BegunFlow theirs = outside.begin();
    String stolen = provider.authorize(theirs.location(), subject).replaceAll("&.*", "");
    BegunFlow own = outside.begin();
    String state = provider.authorize(own.location(), subject).replaceAll(".*(&state=)", "$1");

    // the verifier is another one, and so would be the nonce
    assertThat(problem(() -> outside.end(own, stolen + state)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void flowEndsOnceOnWhicheverServer() {
    provider.codesWorkAgain = true;
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    outside.end(begun, parameters);

    for (int call = 0; call < 4; call++) {
      assertThat(problem(() -> outside.end(begun, parameters)).code())
          .isEqualTo(ProblemCode.INVALID_FLOW);
    }
  }

  @Test
  void browserThatDidNotBeginTheFlowCannotEndIt() {
    BegunFlow theirs = outside.begin();
    BegunFlow own = outside.begin();
    String parameters = provider.authorize(theirs.location(), subject);

    assertThat(problem(() -> outside.end(own, parameters)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
    for (String cookie : new String[] {null, "", "AAAA", "%%", own.cookie() + "A"}) {
      assertThat(
              problem(() ->
                      outside.providers.end(
                          "lying", new EndFlow(parameters, cookie, null, null, null, null, null)))
                  .code())
          .isEqualTo(ProblemCode.INVALID_FLOW);
    }
  }

  @Test
  void flowOfAnotherProviderCannotBeEnded() {
    BegunFlow begun = outside.begin("plain", null);
    String parameters = provider.authorize(begun.location(), subject);

    assertThat(problem(() -> outside.end("lying", begun, parameters)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
  }

  @Test
  void flowThatTakesTooLongHasEnded() {
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    outside.platform.advance(Duration.ofMinutes(11));

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.INVALID_FLOW);
  }

  @Test
  void refusalOfTheProviderIsNoFailure() {
    BegunFlow begun = outside.begin();
    String parameters =
        provider
            .authorize(begun.location(), subject)
            .replaceAll("code=[^&]*", "error=access_denied");

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_DECLINED);
  }

  @Test
  void rotatedKeysAreFetchedAgainButNotForEveryUnknownOne() {
    ProviderPlatform fresh = new ProviderPlatform(); // its keys are fetched too often for others
    LyingProvider rotating = fresh.provider;
    fresh.signIn(subject);
    int before = rotating.keysAsked.get();
    rotating.rotateKeys();

    assertThat(fresh.signIn(subject).session()).isNotNull();
    assertThat(fresh.signIn(subject).session()).isNotNull(); // on the other server as well
    int after = rotating.keysAsked.get();
    assertThat(after - before).isBetween(1, 2);

    for (int call = 0; call < 6; call++) { // ever new keys, which it does not publish in time
      rotating.rotateKeys();
      try {
        fresh.signIn(subject);
      } catch (org.tanada.common.problem.ProblemException e) {
        assertThat(e.code()).isEqualTo(ProblemCode.PROVIDER_FAILED);
      }
    }
    assertThat(rotating.keysAsked.get() - after).isLessThanOrEqualTo(4);
  }

  @Test
  void providerThatIsNotThereIsSaidToBe() {
    assertThat(problem(() -> outside.begin("absent", null)).code())
        .isEqualTo(ProblemCode.PROVIDER_UNAVAILABLE);
    assertThat(problem(() -> outside.begin("unknown", null)).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void providerThatFailsIsSaidTo() {
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    provider.status = 503;

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void redirectOfAProviderIsNotFollowed() {
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    provider.status = 302;

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_FAILED);
  }

  @Test
  void hugeAnswerIsNotReadToItsEnd() {
    BegunFlow begun = outside.begin();
    String parameters = provider.authorize(begun.location(), subject);
    provider.huge = true;

    assertThat(problem(() -> outside.end(begun, parameters)).code())
        .isEqualTo(ProblemCode.PROVIDER_UNAVAILABLE);
  }

  @Test
  void silentProviderHoldsUpNobodyElse() throws Exception {
    outside.signIn(subject);
    List<BegunFlow> flows = Stream.generate(outside::begin).limit(12).toList();
    List<String> parameters =
        flows.stream().map(flow -> provider.authorize(flow.location(), subject)).toList();
    SignUp user = AuthPlatform.newcomer();
    outside.platform.accounts().signUp(user);
    provider.fallSilent();

    long began = System.nanoTime();
    List<CompletableFuture<ProblemCode>> waiting =
        java.util.stream.IntStream.range(0, flows.size())
            .mapToObj(i ->
                CompletableFuture.supplyAsync(
                    () -> problem(() -> outside.end(flows.get(i), parameters.get(i))).code(),
                    java.util.concurrent.Executors.newVirtualThreadPerTaskExecutor()))
            .toList();
    assertThat(provider.asked.await(10, TimeUnit.SECONDS)).isTrue();

    // while two calls a server wait for it, everybody else signs in
    assertThat(outside.platform.accounts().openSession(AuthPlatform.login(user))).isNotNull();
    for (CompletableFuture<ProblemCode> flow : waiting) {
      assertThat(flow.get(20, TimeUnit.SECONDS)).isEqualTo(ProblemCode.PROVIDER_UNAVAILABLE);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
  }
}
