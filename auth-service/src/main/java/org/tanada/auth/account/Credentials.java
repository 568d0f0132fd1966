package org.tanada.auth.account;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** What other features may know of a user's password, and the row that guards the ways in. */
@Component
public final class Credentials implements Portable {
  private final AccountRows rows;
  private final Passwords passwords;

  Credentials(AccountRows rows, Passwords passwords) {
    this.rows = rows;
    this.passwords = passwords;
  }

  /**
   * The credential as it is right now.
   *
   * @param password whether there is a password
   * @param touch a write that changes nothing and fails with {@code version-mismatch} or {@code
   *     not-found} if the credential is another one by then: of two transactions that have it, each
   *     sees what the other did
   */
  public record Guard(boolean password, Write touch) {}

  /** Whether there is a password, and since when the account has one or another. */
  @Override
  public Map<String, List<Object>> export(long userId) {
    return Map.of(
        "password",
        rows.findNow(Credential.TABLE, userId).stream()
            .<Object>map(
                stored -> new Exported(stored.value().passwordHash() != null, stored.updatedAt()))
            .toList());
  }

  private record Exported(boolean set, Instant changedAt) {}

  /** The guard of a user's ways in. {@code not-found}. */
  public Guard guard(long userId) {
    Stored<Credential> credential = of(userId);
    String hash = credential.value().passwordHash();
    Map<String, @Nullable Object> same = new HashMap<>();
    same.put("passwordHash", hash);
    return new Guard(
        hash != null, Write.update(Credential.TABLE, userId, credential.version(), same));
  }

  /**
   * Lets pass who knows the password.
   *
   * @throws ProblemException {@code invalid-credentials}; {@code not-found}; {@code unavailable}
   */
  public void prove(long userId, String password) {
    prove(of(userId), password);
  }

  /** The same of a credential that was read before. */
  void prove(Stored<Credential> credential, String password) {
    String hash = credential.value().passwordHash();
    boolean same =
        hash != null
            && password.length() <= SignUpRules.MAX_PASSWORD
            && passwords.matches(password, hash);
    if (!same) {
      throw new ProblemException(
          ProblemCode.INVALID_CREDENTIALS, "The present password is another one.");
    }
  }

  /** The credential as it is right now. {@code not-found}. */
  Stored<Credential> of(long userId) {
    return rows.findNow(Credential.TABLE, userId).orElseThrow(AccountRows::noSuchUser);
  }
}
