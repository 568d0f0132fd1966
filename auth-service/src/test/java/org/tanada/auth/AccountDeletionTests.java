package org.tanada.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.tanada.auth.Problems.problem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tanada.auth.store.Secrets;
import org.tanada.common.account.AccountsContract;
import org.tanada.common.account.AccountsContract.OpenSession;
import org.tanada.common.account.AccountsContract.OpenedSession;
import org.tanada.common.account.AccountsContract.SessionCookie;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.AuditContract.Query;
import org.tanada.common.account.AuditContract.What;
import org.tanada.common.account.PersonalDataContract;
import org.tanada.common.id.IdGenerator;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Row;
import org.tanada.common.row.RowsContract.Claim;
import org.tanada.common.row.Transaction;
import org.tanada.common.row.Write;
import org.tanada.common.testing.Poll;
import tools.jackson.databind.json.JsonMapper;

/** This service's part of the end of an account, and of an export. */
class AccountDeletionTests {
  private static final Path DECISIONS =
      Path.of("../db-router/src/main/resources/personal-data.txt");

  /** Not this service's: the shop's, the router's, and the row by which app servers go on. */
  private static final Set<String> OTHERS =
      Set.of(
          "videos",
          "video_previews",
          "uploads",
          "upload_pieces",
          "unnamed_files",
          "claims",
          "deletions");

  private static final Set<String> OF_APP_SERVERS =
      Set.of("profile", "videos", "orders", "sales", "audit");

  private final AuthPlatform platform = AuthPlatform.shared();
  private final AccountsContract accounts = platform.accounts();
  private final PersonalDataContract data = platform.personalData();
  private final IdGenerator ids = new IdGenerator(platform.clock(), new SecureRandom());
  private SignUp user;
  private long userId;
  private int claimedBefore;

  @BeforeEach
  void someLife() throws IOException {
    user = AuthPlatform.newcomer();
    claimedBefore = platform.rows.claimed();
    userId = accounts.signUp(user).userId();
    accounts.openSession(AuthPlatform.login(user));
    accounts.tokensByPassword(AuthPlatform.login(user));
    long link = ids.nextBeside(userId);
    long passkey = ids.nextBeside(userId);
    platform.rows.claim(
        new Claim("provider-identity", Secrets.digest("issuer\n" + link), "provider_links", link));
    platform.rows.claim(new Claim("passkey", Secrets.digest(handle(passkey)), "passkeys", passkey));
    insert(
        "provider_links",
        link,
        Map.of("provider", "there", "issuer", "issuer", "subject", Long.toString(link)));
    insert(
        "passkeys",
        passkey,
        Map.of(
            "name",
            "Key",
            "credential_id",
            handle(passkey),
            "public_key",
            "AAAA",
            "attestation",
            "AAAA",
            "signature_count",
            0,
            "backup_eligible",
            false,
            "backed_up",
            false));
    insert(
        "second_factors",
        userId,
        Map.of("secret_encrypted", "sealed", "last_step", 0, "failures", 0, "recovery_hashes", ""));
    for (String table : tables()) {
      assertThat(rows(table)).as(table + " before").isNotEmpty();
    }
  }

  @AfterEach
  void mend() throws IOException {
    for (String table : refused()) {
      platform.rows.refuseTable(table, false);
    }
  }

  private static String handle(long id) {
    return java.util.Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Long.toString(id).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void insert(String table, long id, Map<String, Object> values) {
    Map<String, @Nullable Object> columns = new HashMap<>(values);
    Write write = new Write(Write.Operation.INSERT, table, id, null, columns, Map.of());
    platform.rows.commit(
        new Transaction(
            userId, List.of(write), List.of(), UUID.randomUUID().toString(), "-", null));
  }

  private List<Row> rows(String table) {
    return platform.rows.all(table).stream().filter(row -> row.owner() == userId).toList();
  }

  /** Every table of which no row of a user may be left, as far as it is this service's. */
  private static Set<String> tables() throws IOException {
    Set<String> tables =
        Files.readAllLines(DECISIONS).stream()
            .filter(line -> line.matches("\\w+ +deleted .*"))
            .map(line -> line.replaceAll(" .*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    tables.removeAll(OTHERS);
    return tables;
  }

  private static Set<String> refused() throws IOException {
    Set<String> refused = tables();
    refused.add("deletions");
    refused.add("revocations");
    return refused;
  }

  private void isGone() throws IOException {
    for (String table : tables()) {
      assertThat(rows(table)).as(table).isEmpty();
    }
    assertThat(platform.rows.claimed()).isEqualTo(claimedBefore);
  }

  @Test
  void noRowIsLeftAndAllNamesAreFree() throws IOException {
    accounts.deleteUser(userId);
    accounts.deleteUser(userId);

    isGone();
    assertThat(rows("deletions"))
        .singleElement()
        .satisfies(row -> assertThat(row.values()).containsEntry("state", "account"));
    assertThat(accounts.signUp(user).userId()).isNotEqualTo(userId);
  }

  @Test
  void whateverTableFailsTheSameCallFinishesLater() throws IOException {
    for (String table : refused()) {
      platform.rows.refuseTable(table, true);

      assertThat(problem(() -> accounts.deleteUser(userId)).code())
          .as(table)
          .isEqualTo(ProblemCode.UNAVAILABLE);
      platform.rows.refuseTable(table, false);
      accounts.deleteUser(userId);

      isGone();
      someLife();
    }
  }

  @Test
  void answersThatGetLostChangeNothing() throws IOException {
    for (int lost = 1; lost <= 3; lost++) {
      platform.rows.loseAnswers(lost);
      try {
        accounts.deleteUser(userId);
      } catch (ProblemException e) {
        assertThat(e.code()).isEqualTo(ProblemCode.UNAVAILABLE);
      }
      platform.rows.loseAnswers(0);
      accounts.deleteUser(userId);

      isGone();
      someLife();
    }
  }

  @Test
  void wishLocksTheAccountAndSaysSo() throws IOException {
    SignUp other = AuthPlatform.newcomer();
    long otherId = accounts.signUp(other).userId();
    OpenedSession session = accounts.openSession(AuthPlatform.login(other));

    data.beginDeletion(otherId);
    data.beginDeletion(otherId);

    assertThat(problem(() -> accounts.verifySession(new SessionCookie(session.cookie()))).code())
        .isEqualTo(ProblemCode.UNAUTHENTICATED);
    assertThat(problem(() -> accounts.openSession(AuthPlatform.login(other))).code())
        .isEqualTo(ProblemCode.ACCOUNT_DELETED);
    assertThat(problem(() -> accounts.tokensByPassword(AuthPlatform.login(other))).code())
        .isEqualTo(ProblemCode.ACCOUNT_DELETED);
    OpenSession guess = new OpenSession(other.email(), "not this one", "test", "192.0.2.1");
    assertThat(problem(() -> accounts.openSession(guess)).code())
        .as("who does not know the password is told nothing")
        .isEqualTo(ProblemCode.INVALID_CREDENTIALS);
    assertThat(problem(() -> accounts.signUp(other)).code()).isEqualTo(ProblemCode.EMAIL_TAKEN);
    accounts.deleteUser(otherId);
    accounts.deleteUser(otherId);
    assertThat(accounts.signUp(other).userId()).isNotEqualTo(otherId);
    Query deleted = new Query(otherId, null, What.ACCOUNT_DELETED, 10, null);
    Poll.until(() -> !platform.audit().entries(deleted).entries().isEmpty());
    assertThat(platform.audit().entries(deleted).entries()).hasSize(1);
  }

  @Test
  void whatWasBeingWrittenWhenTheAccountWentGoesWithTheNextCall() throws IOException {
    accounts.deleteUser(userId);
    insert("known_networks", ids.nextBeside(userId), Map.of("network", "x", "last_used_at", 1));

    accounts.deleteUser(userId);

    isGone();
  }

  @Test
  void pictureOfTheMomentIsKeptWithTheWish() {
    long avatar = ids.nextBeside(userId);
    Map<String, @Nullable Object> picture = new HashMap<>();
    picture.put("avatar_id", avatar);
    platform.rows.commit(
        new Transaction(
            userId,
            List.of(new Write(Write.Operation.UPDATE, "users", userId, null, picture, Map.of())),
            List.of(),
            UUID.randomUUID().toString(),
            "-",
            null));

    data.beginDeletion(userId);

    assertThat(rows("deletions").getFirst().values()).containsEntry("avatar_id", avatar);
    assertThat(rows("users").getFirst().values()).containsEntry("state", "deleted");
  }

  @Test
  void exportHasEveryKindAndNoSecret() throws IOException {
    Set<String> promised =
        Files.readAllLines(DECISIONS).stream()
            .filter(line -> !line.startsWith("#") && line.contains("exported:"))
            .map(line -> line.replaceAll(".*exported:(\\S+)\\.json.*", "$1"))
            .collect(Collectors.toCollection(TreeSet::new));
    promised.removeAll(OF_APP_SERVERS);

    Map<String, List<Object>> kinds = data.export(userId).kinds();

    assertThat(kinds.keySet()).isEqualTo(promised);
    assertThat(kinds).allSatisfy((kind, records) -> assertThat(records).as(kind).isNotEmpty());
    String text = JsonMapper.builder().build().writeValueAsString(kinds);
    assertThat(text).contains("192.0.2.0/24").contains(user.email());
    Set<String> secrets =
        Set.of(
            "secret_hash",
            "current_hash",
            "password_hash",
            "secret_encrypted",
            "recovery_hashes",
            "sealed",
            "public_key");
    for (String table : tables()) {
      for (Row row : rows(table)) {
        row.values()
            .forEach((column, value) -> {
              if (secrets.contains(column)
                  && value instanceof String secret
                  && secret.length() > 8) {
                assertThat(text).as(table + "." + column).doesNotContain(secret);
              }
            });
      }
    }
  }

  @Test
  void exportIsGivenThreeTimesAnHourOverAllServers() {
    for (int i = 0; i < 3; i++) {
      data.export(userId);
    }

    ProblemException tooMany = problem(() -> data.export(userId));

    assertThat(tooMany.code()).isEqualTo(ProblemCode.TOO_MANY_REQUESTS);
    assertThat(Long.parseLong(String.valueOf(tooMany.reason()))).isBetween(1L, 3600L);
    platform.advance(Duration.ofHours(1));
    data.export(userId);
    data.beginDeletion(userId);
    assertThat(problem(() -> data.export(userId)).code()).isEqualTo(ProblemCode.NOT_FOUND);
  }
}
