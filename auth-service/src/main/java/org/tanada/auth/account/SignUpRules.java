package org.tanada.auth.account;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.AccountsContract.SignUp;
import org.tanada.common.account.HiddenCharacters;
import org.tanada.common.problem.Problem.FieldError;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What a sign-up must look like. */
final class SignUpRules {
  static final int MAX_PASSWORD = 256;
  static final int MAX_EMAIL = 254; // RFC 5321, 4.5.3.1.3, without the angle brackets
  private static final int MIN_PASSWORD = 8;
  private static final int MAX_LOCAL_PART = 64;
  static final int MAX_DISPLAY_NAME = 80;
  private static final Pattern EMAIL =
      Pattern.compile(
          "[^\\s\\p{Cntrl}@\"(),:;<>\\[\\\\\\]]+"
              + "@[\\p{L}\\p{N}]([\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?"
              + "(\\.[\\p{L}\\p{N}]([\\p{L}\\p{N}-]*[\\p{L}\\p{N}])?)+");

  /** Stricter than RFC 8265's UsernameCaseMapped: letters of one alphabet look like no other's. */
  private static final Pattern USERNAME = Pattern.compile("[A-Za-z0-9_-]{3,30}");

  private static final Pattern KEY = Pattern.compile("[ -~]{1,64}");

  private SignUpRules() {}

  /**
   * Looks at every field.
   *
   * @throws ProblemException {@code validation-failed} with all that is wrong
   */
  static void check(SignUp signUp, PasswordStrength strength) {
    List<FieldError> errors = new ArrayList<>();
    note(errors, "email", email(signUp.email()));
    note(errors, "username", username(signUp.username()));
    note(errors, "displayName", displayName(signUp.displayName()));
    note(errors, "password", password(signUp.password(), own(signUp), strength));
    String key = signUp.idempotencyKey();
    if (key != null && !KEY.matcher(key).matches()) {
      note(errors, "Idempotency-Key", "must be 1 to 64 printable characters");
    }
    if (!errors.isEmpty()) {
      throw new ProblemException(
          ProblemCode.VALIDATION_FAILED,
          ProblemCode.VALIDATION_FAILED.title() + ".",
          errors,
          null,
          null);
    }
  }

  /** Whether it is an e-mail address. */
  static boolean isEmail(@Nullable String email) {
    return email(email) == null;
  }

  /** Whether it is a user name. */
  static boolean isUsername(String username) {
    return username(username) == null;
  }

  /** Whether it is a name to show. */
  static boolean isDisplayName(String name) {
    return displayName(name) == null;
  }

  private static List<String> own(SignUp signUp) {
    return Stream.of(signUp.email(), signUp.username(), signUp.displayName())
        .filter(Objects::nonNull)
        .toList();
  }

  private static @Nullable String email(@Nullable String email) {
    if (email == null || email.isBlank()) {
      return "is required";
    }
    String address = Names.canonical(email);
    boolean good =
        address.length() <= MAX_EMAIL
            && address.indexOf('@') <= MAX_LOCAL_PART
            && EMAIL.matcher(address).matches();
    return good ? null : "must be an e-mail address";
  }

  private static @Nullable String username(@Nullable String username) {
    if (username == null || username.isEmpty()) {
      return "is required";
    }
    return USERNAME.matcher(username).matches()
        ? null
        : "must be 3 to 30 letters a-z, digits, _ or -";
  }

  private static @Nullable String displayName(@Nullable String name) {
    if (name == null || name.isBlank()) {
      return "is required";
    }
    int length = name.codePointCount(0, name.length());
    if (length > MAX_DISPLAY_NAME) {
      return "must be at most " + MAX_DISPLAY_NAME + " characters";
    }
    return name.codePoints().anyMatch(Character::isISOControl) || HiddenCharacters.in(name)
        ? "must not contain control or hidden characters"
        : null;
  }

  /**
   * What is wrong with a new password.
   *
   * @param own names of the person, which a guesser tries first
   * @return null if nothing is
   */
  static @Nullable String password(
      @Nullable String password, List<String> own, PasswordStrength strength) {
    if (password == null || password.isEmpty()) {
      return "is required";
    }
    if (password.length() > MAX_PASSWORD) {
      return "must be at most " + MAX_PASSWORD + " characters";
    }
    if (password.codePointCount(0, password.length()) < MIN_PASSWORD) {
      return "must be at least " + MIN_PASSWORD + " characters";
    }
    return strength.flaw(password, parts(own));
  }

  /** Whole, and the parts of which a password may consist. */
  private static List<String> parts(List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.concat(Stream.of(name), Stream.of(name.split("[@.\\s_-]+", 8))))
        .map(Names::canonical)
        .filter(name -> !name.isEmpty() && name.length() <= MAX_EMAIL)
        .distinct()
        .toList();
  }

  private static void note(List<FieldError> errors, String field, @Nullable String message) {
    if (message != null) {
      errors.add(new FieldError(field, message));
    }
  }
}
