package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.Identity;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.problem.ProblemCode;

class TokenTests {
  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final AccessTokens verifier = new AccessTokens(accounts::jwks, platform.clock());
  private final SignUp user = AuthPlatform.newcomer();
  private final long userId = accounts.signUp(user).userId();

  @Test
  void accessTokenTellsTheUserToEveryServer() {
    for (int call = 0; call < 2; call++) { // both servers sign with one key
      Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));

      Identity identity = verifier.verify(tokens.accessToken());
      assertThat(identity.userId()).isEqualTo(userId);
      assertThat(identity.username()).isEqualTo(user.username());
      assertThat(identity.displayName()).isEqualTo(user.displayName());
      assertThat(identity.roles()).containsExactly("customer");
      assertThat(tokens.tokenType()).isEqualTo("Bearer");
      assertThat(tokens.expiresIn()).isEqualTo(600);
    }
  }

  @Test
  void accessTokenExpires() {
    String token = accounts.tokensByPassword(AuthPlatform.login(user)).accessToken();

    platform.advance(Duration.ofMinutes(10).plusSeconds(6));

    assertThat(problem(() -> verifier.verify(token)).code()).isEqualTo(ProblemCode.EXPIRED_TOKEN);
  }

  @Test
  void publishedKeyIsStandardAndTheSameOnBothServers() {
    String first = accounts.jwks();

    assertThat(first)
        .contains("\"kty\":\"OKP\"", "\"crv\":\"Ed25519\"", "\"use\":\"sig\"", "\"alg\":\"EdDSA\"")
        .doesNotContain("\"d\"");
    assertThat(platform.accounts().jwks())
        .contains(platform.access().keys().keys().getFirst().kid());
  }

  @Test
  void wrongPasswordGivesNoTokens() {
    assertThat(
            problem(() ->
                    accounts.tokensByPassword(
                        new OpenSession(user.email(), "wrong one", null, null)))
                .code())
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
  }

  @Test
  void refreshTokensRotate() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));

    Tokens second = refresh(first);
    Tokens third = refresh(second);

    assertThat(List.of(first.refreshToken(), second.refreshToken(), third.refreshToken()))
        .doesNotHaveDuplicates();
    assertThat(verifier.verify(third.accessToken()).userId()).isEqualTo(userId);
  }

  @Test
  void lostAnswerIsGivenAgainWithinThirtySeconds() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens lost = refresh(first);
    platform.advance(Duration.ofSeconds(29));

    Tokens again = refresh(first);

    assertThat(again.refreshToken()).isEqualTo(lost.refreshToken());
    assertThat(refresh(again).refreshToken()).isNotEqualTo(again.refreshToken());
  }

  @Test
  void concurrentRefreshesGetTheSameToken() throws Exception {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));

    List<Future<Tokens>> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        answers.add(threads.submit(() -> refresh(first)));
      }
    }

    List<String> tokens = new ArrayList<>();
    for (Future<Tokens> answer : answers) {
      tokens.add(answer.get().refreshToken());
    }
    assertThat(tokens).containsOnly(tokens.getFirst());
  }

  @Test
  void laterReuseEndsTheFamily() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens second = refresh(first);
    platform.advance(Duration.ofSeconds(30));

    refused(first, ProblemCode.INVALID_TOKEN);

    refused(second, ProblemCode.INVALID_TOKEN);
  }

  @Test
  void tokenBeforeThePreviousOneEndsTheFamilyAtOnce() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens third = refresh(refresh(first));

    refused(first, ProblemCode.INVALID_TOKEN);

    refused(third, ProblemCode.INVALID_TOKEN);
  }

  @Test
  void guessEndsNoFamily() {
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));
    String family = tokens.refreshToken().substring(0, tokens.refreshToken().indexOf('.') + 1);

    for (String guess : List.of(family + "A".repeat(64), family, "", "x", "1." + "A".repeat(64))) {
      assertThat(problem(() -> accounts.tokensByRefresh(new RefreshToken(guess))).code())
          .isEqualTo(ProblemCode.INVALID_TOKEN);
      accounts.revoke(new RefreshToken(guess));
    }

    assertThat(refresh(tokens).refreshToken()).isNotEmpty();
  }

  @Test
  void refreshTokenExpires() {
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));

    platform.advance(Duration.ofDays(30));

    refused(tokens, ProblemCode.EXPIRED_TOKEN);
  }

  @Test
  void revokedTokenGivesNothing() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens second = refresh(first);

    accounts.revoke(new RefreshToken(first.refreshToken()));
    accounts.revoke(new RefreshToken(first.refreshToken()));

    refused(second, ProblemCode.INVALID_TOKEN);
  }

  @Test
  void deletedUserGetsNoTokens() {
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));

    accounts.deleteUser(userId);

    refused(tokens, ProblemCode.INVALID_TOKEN);
  }

  @Test
  void accessTokenHasAllItsClaims() {
    String[] parts =
        accounts.tokensByPassword(AuthPlatform.login(user)).accessToken().split("\\.", -1);

    assertThat(decode(parts[0])).contains("\"kid\":", "\"alg\":\"EdDSA\"");
    assertThat(decode(parts[1]))
        .contains(
            "\"iss\":\"tanada\"",
            "\"aud\":",
            "\"sub\":\"" + userId + "\"",
            "\"exp\":",
            "\"nbf\":",
            "\"iat\":",
            "\"jti\":",
            "\"sid\":",
            "\"username\":\"" + user.username() + "\"",
            "\"roles\":[\"customer\"]");
  }

  private static String decode(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  private Tokens refresh(Tokens tokens) {
    return accounts.tokensByRefresh(new RefreshToken(tokens.refreshToken()));
  }

  private void refused(Tokens tokens, ProblemCode code) {
    assertThat(problem(() -> refresh(tokens)).code()).isEqualTo(code);
  }
}
