package org.tanada.auth.account;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.account.AccountsContract.ChangePassword;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/**
 * Changes passwords. All sessions and tokens end before the new hash is kept: a crash between the
 * two has signed out and changed nothing. They end once more after it. A sign-in by the old
 * password that is still under way then ends itself ({@link SignIns#confirm}).
 */
@Component
public final class PasswordChanges {
  private final AccountRows rows;
  private final Credentials credentials;
  private final Passwords passwords;
  private final PasswordStrength strength;
  private final SignOuts signOuts;

  PasswordChanges(
      AccountRows rows,
      Credentials credentials,
      Passwords passwords,
      PasswordStrength strength,
      SignOuts signOuts) {
    this.rows = rows;
    this.credentials = credentials;
    this.passwords = passwords;
    this.strength = strength;
    this.signOuts = signOuts;
  }

  /**
   * Changes it.
   *
   * @return the proof of the new one
   * @throws ProblemException {@code not-found}; {@code validation-failed} of {@code next}; {@code
   *     invalid-credentials} if the present one is wrong; {@code version-mismatch} if it was
   *     changed by another request meanwhile; {@code unavailable}
   */
  public SignIns.Proof change(long userId, ChangePassword change) {
    Stored<User> user = rows.activeUser(userId);
    Stored<Credential> credential = credentials.of(userId);
    String flaw = flaw(change, user.value());
    if (flaw != null) {
      throw ProblemException.invalid("next", flaw);
    }
    credentials.prove(credential, change.current());
    String hash = passwords.hash(change.next());
    signOuts.beforeNow(userId);
    rows.commit(userId, Credential.rehashed(credential, hash));
    signOuts.beforeNow(userId); // who has come in by the old one in between
    return new SignIns.Proof(user, hash);
  }

  private @Nullable String flaw(ChangePassword change, User user) {
    return SignUpRules.password(
        change.next(), List.of(user.email(), user.username(), user.displayName()), strength);
  }
}
