package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.RefreshToken;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AccountsContract.Tokens;
import org.tanada.common.account.AdministrationContract;
import org.tanada.common.account.AdministrationContract.Actor;
import org.tanada.common.account.AdministrationContract.ChangeRole;
import org.tanada.common.account.AdministrationContract.EndSessions;
import org.tanada.common.account.AdministrationContract.FindUsers;
import org.tanada.common.account.AdministrationContract.Lock;
import org.tanada.common.account.AdministrationContract.People;
import org.tanada.common.account.AdministrationContract.Person;
import org.tanada.common.account.AdministrationContract.SearchUsers;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** Roles, locks and sessions of others. */
class AdministrationTests {
  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final AdministrationContract administration = platform.administration();
  private final SignUp user = AuthPlatform.newcomer();
  private final List<Long> administrators = new ArrayList<>();
  private long userId;

  @BeforeEach
  void signUp() {
    userId = accounts.signUp(user).userId();
  }

  /** One stays, as there has to be one: it is the first one of the whole run. */
  @AfterEach
  void takeRoles() {
    for (long id : administrators) {
      try {
        change(Actor.OPERATOR, id, "administrator", false);
      } catch (ProblemException e) {
        assertThat(e.code()).isEqualTo(ProblemCode.CONFLICT);
      }
    }
  }

  private Person change(Actor by, long id, String role, boolean give) {
    platform.advance(Duration.ofMillis(10));
    return administration.changeRole(new ChangeRole(by, id, role, give));
  }

  private Actor administrator() {
    long id = accounts.signUp(AuthPlatform.newcomer()).userId();
    change(Actor.OPERATOR, id, "administrator", true);
    administrators.add(id);
    return new Actor(id, "192.0.2.7");
  }

  private OpenedSession signIn() {
    platform.advance(Duration.ofMillis(10));
    return accounts.openSession(AuthPlatform.login(user));
  }

  private Tokens tokens() {
    platform.advance(Duration.ofMillis(10));
    return accounts.tokensByPassword(AuthPlatform.login(user));
  }

  @Test
  void customerBecomesASellerAndStaysSignedIn() {
    OpenedSession opened = signIn();
    assertThat(opened.identity().roles()).containsExactly("customer");

    accounts.becomeSeller(userId);
    accounts.becomeSeller(userId);

    assertThat(accounts.verifySession(new SessionCookie(opened.cookie())).roles())
        .containsExactly("customer", "seller");
  }

  @Test
  void roleThatWasTakenDoesNotComeBackByItself() {
    change(Actor.OPERATOR, userId, "seller", false); // before they ever had it

    ProblemException refused = problem(() -> accounts.becomeSeller(userId));

    assertThat(refused.code()).isEqualTo(ProblemCode.FORBIDDEN);
    assertThat(signIn().identity().roles()).containsExactly("customer");
    change(Actor.OPERATOR, userId, "seller", true);
    assertThat(signIn().identity().roles()).containsExactly("customer", "seller");
  }

  @Test
  void changeOfRolesEndsSessionsAndTokensAndNewOnesHaveIt() {
    OpenedSession session = signIn();
    Tokens before = tokens();

    Person changed = change(administrator(), userId, "moderator", true);

    assertThat(changed.roles()).containsExactly("customer", "moderator");
    assertThat(problem(() -> accounts.verifySession(new SessionCookie(session.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(
            problem(() -> accounts.tokensByRefresh(new RefreshToken(before.refreshToken()))).code())
        .isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(signIn().identity().roles()).containsExactly("customer", "moderator");
    String claims =
        new String(
            java.util.Base64.getUrlDecoder().decode(tokens().accessToken().split("\\.", -1)[1]),
            java.nio.charset.StandardCharsets.UTF_8);
    assertThat(claims).contains("\"moderator\"");
    OpenedSession again = signIn();
    change(Actor.OPERATOR, userId, "moderator", true); // has it: nobody is signed out
    assertThat(accounts.verifySession(new SessionCookie(again.cookie())).userId())
        .isEqualTo(userId);
  }

  @Test
  void onlyAdministratorsMayWhateverTheirSessionSaid() {
    Actor former = administrator();
    administrator();
    change(Actor.OPERATOR, former.userId(), "administrator", false);
    administrators.remove(former.userId());

    assertThat(problem(() -> change(former, userId, "moderator", true)).code())
        .isEqualTo(ProblemCode.FORBIDDEN);
    assertThat(problem(() -> administration.lock(new Lock(former, userId, true))).code())
        .isEqualTo(ProblemCode.FORBIDDEN);
    assertThat(
            problem(() -> administration.endSessions(new EndSessions(former, userId, null))).code())
        .isEqualTo(ProblemCode.FORBIDDEN);
  }

  @Test
  void thereIsAlwaysAnAdministrator() throws Exception {
    Actor one = administrator();
    Actor two = administrator();
    // all others that earlier tests have left
    for (Person person : everybody()) {
      if (person.roles().contains("administrator")
          && person.id() != one.userId()
          && person.id() != two.userId()) {
        change(Actor.OPERATOR, person.id(), "administrator", false);
      }
    }
    CountDownLatch start = new CountDownLatch(1);
    List<Future<Boolean>> both;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      both =
          List.of(one, two).stream()
              .map(actor ->
                  threads.submit(() -> {
                    start.await();
                    try {
                      change(Actor.OPERATOR, actor.userId(), "administrator", false);
                      return true;
                    } catch (ProblemException e) {
                      assertThat(e.code()).isEqualTo(ProblemCode.CONFLICT);
                      return false;
                    }
                  }))
              .toList();
      start.countDown();
    }

    assertThat(List.of(both.get(0).get(), both.get(1).get()))
        .containsExactlyInAnyOrder(true, false);
    long left = both.get(0).get() ? two.userId() : one.userId();
    assertThat(problem(() -> accounts.deleteUser(left)).code()).isEqualTo(ProblemCode.CONFLICT);
    assertThat(problem(() -> administration.lock(new Lock(Actor.OPERATOR, left, true))).code())
        .isEqualTo(ProblemCode.CONFLICT);
  }

  private List<Person> everybody() {
    List<Person> all = new ArrayList<>();
    Long before = null;
    do {
      People page = administration.users(new FindUsers(null, 100, before));
      all.addAll(page.users());
      before = page.next();
    } while (before != null);
    return all;
  }

  @Test
  void lockedAccountHasNothingOpenAndOpensNothing() {
    OpenedSession session = signIn();
    Tokens tokens = tokens();
    Actor administrator = administrator();

    platform.advance(Duration.ofMillis(10));
    assertThat(administration.lock(new Lock(administrator, userId, true)).state())
        .isEqualTo("locked");

    assertThat(problem(() -> accounts.verifySession(new SessionCookie(session.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(
            problem(() -> accounts.tokensByRefresh(new RefreshToken(tokens.refreshToken()))).code())
        .isEqualTo(ProblemCode.INVALID_TOKEN);
    assertThat(problem(this::signIn).code()).isEqualTo(ProblemCode.ACCOUNT_LOCKED);
    assertThat(problem(this::tokens).code()).isEqualTo(ProblemCode.ACCOUNT_LOCKED);
    assertThat(
            problem(() ->
                    accounts.openSession(
                        new AccountsContract.OpenSession(
                            user.email(), "a wrong password", "test", "192.0.2.1")))
                .code())
        .as("who does not know the password is not told")
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    administration.lock(new Lock(administrator, userId, false));
    assertThat(signIn().identity().userId()).isEqualTo(userId);
  }

  @Test
  void sessionsOfOthersAreSeenAndEnded() {
    OpenedSession first = signIn();
    OpenedSession second = signIn();
    Actor administrator = administrator();
    assertThat(administration.user(userId).sessions()).hasSize(2);

    administration.endSessions(new EndSessions(administrator, userId, first.session().id()));

    assertThat(problem(() -> accounts.verifySession(new SessionCookie(first.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    accounts.verifySession(new SessionCookie(second.cookie()));
    platform.advance(Duration.ofMillis(10));
    administration.endSessions(new EndSessions(administrator, userId, null));
    assertThat(administration.user(userId).sessions()).isEmpty();
  }

  @Test
  void usersAreFoundByNameAddressAndIdInAnyCase() {
    for (String name :
        List.of(
            user.username(),
            user.username().toUpperCase(java.util.Locale.ROOT),
            user.email(),
            Long.toString(userId))) {
      assertThat(administration.users(new FindUsers(name, 10, null)).users())
          .extracting(Person::id)
          .containsExactly(userId);
    }
    assertThat(administration.users(new FindUsers("nobody-at-all", 10, null)).users()).isEmpty();
    People page = administration.users(new FindUsers(null, 1, null));
    assertThat(page.users()).hasSize(1);
    assertThat(page.next()).isEqualTo(page.users().getFirst().id());
    assertThat(problem(() -> administration.user(7)).code()).isEqualTo(ProblemCode.NOT_FOUND);
  }

  @Test
  void usersAreFoundByAPartOfANameNewestFirst() {
    String part = user.username().substring(1, user.username().length() - 1);

    People found =
        administration.search(new SearchUsers(part.toUpperCase(java.util.Locale.ROOT), 10, null));

    assertThat(found.users()).extracting(Person::id).contains(userId);
    assertThat(found.users())
        .allMatch(person -> (person.username() + " " + person.displayName()).contains(part));
    People one = administration.search(new SearchUsers(part, 1, null));
    assertThat(one.users()).hasSize(1);
    assertThat(one.next()).isEqualTo(one.users().getFirst().id());
    assertThat(administration.search(new SearchUsers(part, 10, userId)).users())
        .extracting(Person::id)
        .doesNotContain(userId);
    assertThat(administration.search(new SearchUsers("no-such-part", 10, null)).users()).isEmpty();
  }

  @Test
  void aSearchIsForPartsOfAFairLength() {
    for (String part : List.of("", " a ", "x".repeat(81))) {
      assertThat(problem(() -> administration.search(new SearchUsers(part, 10, null))).code())
          .isEqualTo(ProblemCode.VALIDATION_FAILED);
    }
    assertThat(problem(() -> administration.search(new SearchUsers("ab", 101, null))).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
  }

  @Test
  void unknownRolesAndThatOfEverybodyAreRefused() {
    assertThat(problem(() -> change(Actor.OPERATOR, userId, "emperor", true)).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
    assertThat(problem(() -> change(Actor.OPERATOR, userId, "customer", false)).code())
        .isEqualTo(ProblemCode.VALIDATION_FAILED);
  }
}
