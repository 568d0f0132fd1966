package org.tanada.auth.account;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.row.Stored;
import org.tanada.common.row.Write;

/** Finds the user of an e-mail address and a password. */
@Component
public final class SignIns {
  private static final Logger log = LoggerFactory.getLogger(SignIns.class);

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
    Stored<User> user =
        rows.find(User.TABLE, userId)
            .filter(found -> found.value().active())
            .orElseThrow(SignIns::refused);
    if (passwords.outdated(credential.get().value().passwordHash())) {
      rehash(credential.get(), password);
    }
    return user;
  }

  /** Only now is the password known. A sign-in does not fail for that; the next one tries again. */
  private void rehash(Stored<Credential> credential, String password) {
    try {
      rows.commit(
          credential.id(),
          Write.update(
              Credential.TABLE,
              credential.id(),
              credential.version(), // a change of the password meanwhile wins
              Map.of("passwordHash", passwords.hash(password))));
    } catch (ProblemException e) {
      log.info("the password of user {} keeps its old hash: {}", credential.id(), e.getMessage());
    }
  }

  private static ProblemException refused() {
    return new ProblemException(
        ProblemCode.INVALID_CREDENTIALS, ProblemCode.INVALID_CREDENTIALS.title() + ".");
  }
}
