package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.tanada.common.account.AccessContract;
import org.tanada.common.account.AccessContract.KeyId;
import org.tanada.common.account.AccessContract.KeyState;
import org.tanada.common.account.AccessContract.Wanted;
import org.tanada.common.account.AccessTokens;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.RevocationFeed;
import org.tanada.common.account.Revocations;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;

/** What is revoked on one auth server is soon refused by whoever listens to any of them. */
class RevocationTests {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final String ROWS = "revocations";

  /** The bits of an id in which those of one millisecond differ. */
  private static final long SEQUENCES = 0xfff;

  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final AccessContract access = platform.access();
  private final Revocations known = new Revocations(platform.clock());
  private final AccessTokens verifier =
      new AccessTokens(accounts::jwks, platform.clock(), known, Duration.ofSeconds(5));
  private final RevocationFeed feed =
      new RevocationFeed(access, known, verifier::published, platform.clock());
  private final SignUp user = AuthPlatform.newcomer();
  private final long userId = accounts.signUp(user).userId();

  @BeforeEach
  void listen() {
    platform.advance(Duration.ofSeconds(1));
    feed.start();
  }

  @AfterEach
  void stop() {
    feed.stop();
  }

  @Test
  void signingOutEverywhereEndsSessionsAndTokens() {
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));
    assertThat(verifier.verify(tokens.accessToken()).userId()).isEqualTo(userId);

    accounts.signOutEverywhere(userId);

    soon(() -> refuses(tokens));
    assertThat(problem(() -> accounts.verifySession(new SessionCookie(session.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(problem(() -> refresh(tokens)).code()).isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(accounts.sessions(userId)).isEmpty();
    platform.advance(Duration.ofMillis(10));
    Tokens again = accounts.tokensByPassword(AuthPlatform.login(user));
    assertThat(verifier.verify(again.accessToken()).userId()).isEqualTo(userId);
  }

  @Test
  void idThatAnotherServerMadeInTheSameMillisecondIsNotTheEndOfARevocation() {
    accounts.signOutEverywhere(userId);
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));
    Row row = platform.rows.all(ROWS).getLast();
    platform.advance(Duration.ofMillis(1));
    for (ConfigurableApplicationContext node : platform.nodes) {
      long made = node.getBean(IdGenerator.class).nextBeside(row.id());
      for (int i = 1; i <= 3; i++) {
        insert(row, made - (made & SEQUENCES) + ((made + i) & SEQUENCES));
      }
    }

    accounts.signOutEverywhere(userId);

    soon(() -> refuses(tokens));
  }

  /** One more row like it. */
  private void insert(Row row, long id) {
    Write write = new Write(Write.Operation.INSERT, ROWS, id, null, row.values(), Map.of());
    String key = UUID.randomUUID().toString();
    platform.rows.commit(new Transaction(row.owner(), List.of(write), List.of(), key, "", null));
  }

  @Test
  void tokenOfADeletedAccountIsRefused() {
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));
    verifier.verify(tokens.accessToken());

    accounts.deleteUser(userId);

    soon(() -> refuses(tokens));
  }

  @Test
  void reuseOfARefreshTokenEndsTheAccessTokensOfItsFamilyAndNoOthers() {
    Tokens first = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens elsewhere = accounts.tokensByPassword(AuthPlatform.login(user));
    Tokens second = refresh(first);
    refresh(second);

    assertThat(problem(() -> refresh(first)).code()).isEqualTo(ProblemCode.INVALID_TOKEN);

    soon(() -> refuses(second));
    assertThat(verifier.verify(elsewhere.accessToken()).userId()).isEqualTo(userId);
  }

  @Test
  void operatorRevokesAUserOrOneSignIn() {
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    Tokens tokens = accounts.tokensByPassword(AuthPlatform.login(user));

    access.revoke(new Wanted(null, session.session().id()));

    assertThat(problem(() -> accounts.verifySession(new SessionCookie(session.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(verifier.verify(tokens.accessToken()).userId()).isEqualTo(userId);
    access.revoke(new Wanted(userId, null));
    soon(() -> refuses(tokens));
    assertThat(problem(() -> access.revoke(new Wanted(null, null))).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
  }

  @Test
  void bothServersTellOfWhatOneHasRevoked() {
    platform.access(0).revoke(new Wanted(userId, null));

    for (int node = 0; node < 2; node++) {
      AccessContract one = platform.access(node);
      soon(() ->
          one.feed(0).revocations().stream()
              .anyMatch(entry -> entry.subject().equals(Long.toString(userId))));
    }
  }

  @Test
  void revocationThatCannotBeWrittenIsToldAndNothingIsEnded() {
    OpenedSession session = accounts.openSession(AuthPlatform.login(user));
    platform.rows.down(true);
    try {
      assertThat(problem(() -> accounts.signOutEverywhere(userId)).code())
          .isEqualTo(ProblemCode.UNAVAILABLE);
    } finally {
      platform.rows.down(false);
    }

    assertThat(accounts.verifySession(new SessionCookie(session.cookie())).userId())
        .isEqualTo(userId);
  }

  @Test
  void rotatedKeysOverlapAndARevokedOneIsRefused() {
    platform.advance(Duration.ofMinutes(3)); // by now the key that stands by is known everywhere
    Tokens before = accounts.tokensByPassword(AuthPlatform.login(user));
    verifier.verify(before.accessToken());
    String signing = access.keys().keys().getFirst().kid();

    List<KeyState> after = access.rotate().keys();

    assertThat(after)
        .filteredOn(key -> key.kid().equals(signing))
        .extracting(KeyState::state)
        .containsExactly("retired");
    assertThat(after.getFirst().state()).isEqualTo("active");
    assertThat(problem(access::rotate).code()).isEqualTo(ProblemCode.CONFLICT);
    verifier.verify(before.accessToken());
    assertThat(platform.rows.all("signing_keys"))
        .filteredOn(row -> signing.equals(row.values().get("kid")))
        .allSatisfy(row -> assertThat(row.values().get("private_key_encrypted")).isEqualTo(""));
    soon(() -> signedBy(after.getFirst().kid()));

    access.revokeKey(new KeyId(signing));

    soon(() -> refuses(before));
    soon(() ->
        !accounts.jwks().contains(signing)); // each auth server reads the keys at its own moments
    assertThat(problem(() -> access.revokeKey(new KeyId("none"))).code())
        .isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void revokedKeyThatSignsIsReplacedByOneThatVerifiersKnow() {
    Tokens stolen = accounts.tokensByPassword(AuthPlatform.login(user));
    verifier.verify(stolen.accessToken());
    List<KeyState> before = access.keys().keys();

    List<KeyState> after = access.revokeKey(new KeyId(before.getFirst().kid())).keys();

    assertThat(after.getFirst().kid()).isEqualTo(before.get(1).kid());
    soon(() -> refuses(stolen));
    soon(() -> signedBy(after.getFirst().kid()));
    Tokens good = accounts.tokensByPassword(AuthPlatform.login(user));
    assertThat(verifier.verify(good.accessToken()).userId()).isEqualTo(userId);
  }

  @Test
  void keysRotateByScheduleAndGoWhenTheirTokensHaveExpired() {
    String signing = access.keys().keys().getFirst().kid();

    platform.advance(Duration.ofDays(30));

    soon(() -> !access.keys().keys().getFirst().kid().equals(signing));
    assertThat(accounts.jwks()).contains(signing);
    platform.advance(Duration.ofMinutes(21));
    soon(() -> access.keys().keys().stream().noneMatch(key -> key.kid().equals(signing)));
  }

  /** Whether both servers sign with that key. */
  private boolean signedBy(String kid) {
    for (int call = 0; call < 2; call++) {
      String token = accounts.tokensByPassword(AuthPlatform.login(user)).accessToken();
      String header =
          new String(
              Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.'))),
              StandardCharsets.UTF_8);
      if (!header.contains(kid)) {
        return false;
      }
    }
    return true;
  }

  private boolean refuses(Tokens tokens) {
    try {
      verifier.verify(tokens.accessToken());
      return false;
    } catch (ProblemException e) {
      return e.code() == ProblemCode.INVALID_TOKEN;
    }
  }

  private Tokens refresh(Tokens tokens) {
    return accounts.tokensByRefresh(new RefreshToken(tokens.refreshToken()));
  }

  private static void soon(BooleanSupplier condition) {
    long end = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
