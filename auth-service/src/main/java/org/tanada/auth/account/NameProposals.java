package org.tanada.auth.account;

import java.text.Normalizer;
import org.jspecify.annotations.Nullable;
import org.tanada.common.account.HiddenCharacters;

/** Names that keep the rules of a sign-up, made of what somebody is called elsewhere. */
final class NameProposals {
  private static final int MAX_USERNAME = 30;
  private static final int MAX_WITHOUT_SUFFIX = 24;
  private static final String FALLBACK = "user";

  private NameProposals() {}

  /** A valid user name: {@code Zoë.K@example.org} becomes {@code Zoe-K}. */
  static String username(@Nullable String wish) {
    String name = wish == null ? "" : wish;
    int at = name.indexOf('@');
    if (at > 0) {
      name = name.substring(0, at); // an address is nobody else's business
    }
    String plain =
        Normalizer.normalize(name, Normalizer.Form.NFKD)
            .replaceAll("\\p{M}", "")
            .replaceAll("[^A-Za-z0-9_-]+", "-")
            .replaceAll("^-+|-+$", "");
    String cut = plain.length() <= MAX_USERNAME ? plain : plain.substring(0, MAX_USERNAME);
    return SignUpRules.isUsername(cut) ? cut : FALLBACK;
  }

  /** The same with room for a suffix. */
  static String shortened(String username) {
    return username.length() <= MAX_WITHOUT_SUFFIX
        ? username
        : username.substring(0, MAX_WITHOUT_SUFFIX);
  }

  /** A valid name to show, or the fallback. */
  static String displayName(@Nullable String wish, String fallback) {
    if (wish == null) {
      return fallback;
    }
    StringBuilder plain = new StringBuilder();
    wish.codePoints()
        .filter(c -> !Character.isISOControl(c) && !HiddenCharacters.in(Character.toString(c)))
        .limit(SignUpRules.MAX_DISPLAY_NAME)
        .forEach(plain::appendCodePoint);
    String name = plain.toString().strip();
    return SignUpRules.isDisplayName(name) ? name : fallback;
  }
}
