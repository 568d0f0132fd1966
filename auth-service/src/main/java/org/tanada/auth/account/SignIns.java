package org.tanada.auth.account;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;

/** Finds the user of an e-mail address and a password. */
@Component
public final class SignIns {
  private final AccountRows rows;
  private final Passwords passwords;

  SignIns(AccountRows rows, Passwords passwords) {
    this.rows = rows;
    this.passwords = passwords;
  }

  /**
   * The user, or the same refusal after the same work whichever of the two is wrong.
   *
   * @throws ProblemException {@code invalid-credentials}; {@code unavailable} if too many sign in
   */
  public Stored<User> authenticate(@Nullable String email, @Nullable String password) {
    if (email == null || password == null) {
      throw ProblemException.invalid(email == null ? "email" : "password", "is required");
    }
    if (email.length() > SignUpRules.MAX_EMAIL || password.length() > SignUpRules.MAX_PASSWORD) {
      throw refused(); // nobody can have signed up with these
    }
    Long userId = rows.holder(Names.EMAIL, Names.canonical(email));
    Optional<Stored<Credential>> credential =
        userId == null ? Optional.empty() : rows.find(Credential.TABLE, userId);
    if (userId == null || credential.isEmpty()) {
      passwords.matchesNobody(password);
      throw refused();
    }
    if (!passwords.matches(password, credential.get().value().passwordHash())) {
      throw refused();
    }
    return rows.find(User.TABLE, userId)
        .filter(user -> user.value().active())
        .orElseThrow(SignIns::refused);
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemCode.INVALID_CREDENTIALS, ProblemCode.INVALID_CREDENTIALS.title() + ".");
  }
}
