package org.tanada.e2e;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.options.Cookie;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tanada.deploy.shop.ShopClient.Answer;

/** The secrets that the suites were given and used themselves: {@link LogsIT} looks for them. */
final class UsedSecrets {
  private static final Pattern TOKEN =
      Pattern.compile("\"(accessToken|refreshToken)\"\\s*:\\s*\"([^\"]+)\"");
  private static final String SESSION = "tanada-session";
  private static final Map<String, String> KINDS = new ConcurrentHashMap<>();

  private UsedSecrets() {}

  /** Takes the tokens and the session out of an answer. */
  static void note(Answer answer) {
    Matcher token = TOKEN.matcher(answer.body());
    while (token.find()) {
      String secret = token.group(2);
      // an access token's own part is its signature: heads and claims are alike
      note(
          token.group(1).equals("accessToken") ? "an access token" : "a refresh token",
          secret.substring(secret.lastIndexOf('.') + 1));
    }
    for (String cookie : answer.headers().getOrDefault("set-cookie", List.of())) {
      String[] pair = cookie.split("[=;]", 3);
      if (pair[0].endsWith(SESSION) && pair.length > 1) {
        note("a session cookie", pair[1]);
      }
    }
  }

  /** Takes the session out of a browser. */
  static void note(BrowserContext browser) {
    for (Cookie cookie : browser.cookies()) {
      if (cookie.name.endsWith(SESSION)) {
        note("a session cookie", cookie.value);
      }
    }
  }

  static void note(String kind, String secret) {
    if (secret.length() >= 16) { // an empty cookie ends a session
      KINDS.put(secret, kind);
    }
  }

  /** Hands all of them to a search. */
  static void addTo(SecretSearch search) {
    KINDS.forEach((secret, kind) -> search.add(kind, secret));
  }
}
