package org.tanada.auth.account;

import java.text.Normalizer;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tanada.auth.store.AccountRows;
import org.tanada.auth.store.User;
import org.tanada.common.row.Stored;

/** The unique names of users: their kinds, and the form in which they are compared. */
public final class Names {
  /** Kind of claim for e-mail addresses. */
  public static final String EMAIL = "email";

  /** Kind of claim for user names. */
  public static final String USERNAME = "username";

  /** Kind of claim for the digests of sign-ups' idempotency keys. */
  static final String SIGNUP_KEY = "signup-key";

  private Names() {}

  /** Compatibility forms and case make no difference. */
  public static String canonical(String name) {
    return Normalizer.normalize(name.strip(), Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
  }

  /** Whose account has the address now, whatever its state; null if nobody's has. */
  static @Nullable Stored<User> user(AccountRows rows, String address) {
    String canonical = canonical(address);
    Long holder = rows.holder(EMAIL, canonical);
    return holder == null
        ? null
        : rows.findNow(User.TABLE, holder)
            .filter(user -> canonical(user.value().email()).equals(canonical))
            .orElse(null);
  }
}
