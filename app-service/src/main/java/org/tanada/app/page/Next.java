package org.tanada.app.page;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Where a visitor wanted to go before they had to sign in: a path of ours, never another site. */
final class Next {
  private static final int MAX_LENGTH = 512;

  private Next() {}

  /**
   * The address if it is safe to redirect to, else the fallback. It must be a path, {@code /...}:
   * browsers read {@code //host} and {@code /\host} as another site, and drop tabs and line breaks
   * before they look.
   */
  static String safe(@Nullable String next, String fallback) {
    if (next == null || next.length() > MAX_LENGTH || !next.startsWith("/")) {
      return fallback;
    }
    boolean elsewhere = next.startsWith("//") || next.startsWith("/\\");
    boolean plain = next.chars().allMatch(c -> c > ' ' && c < 127 && c != '\\');
    return elsewhere || !plain ? fallback : next;
  }

  /** Where somebody goes who has signed in: where they wanted to, or to their profile. */
  static String orProfile(String target) {
    return target.isEmpty() ? "/me" : target;
  }

  /** Address of the sign-in page that comes back to what was asked for. */
  static String signIn(HttpServletRequest request) {
    String query = request.getQueryString();
    boolean safeMethod = request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    String path = request.getRequestURI() + (query == null ? "" : "?" + query);
    // a form that was posted cannot be repeated by a redirect
    return Pages.address("/sign-in", "next", safeMethod ? safe(path, "/me") : "/me");
  }

  /** Address of the page that asks who one is, and comes back to the page with the form. */
  static String proof(HttpServletRequest request) {
    String back = "/me";
    String referer = request.getHeader("Referer");
    if (referer != null && referer.length() <= MAX_LENGTH) {
      try {
        back = safe(URI.create(referer).getRawPath(), back); // of our own page, see PageHeaders
      } catch (IllegalArgumentException e) {
        // no browser writes that: back to the profile
      }
    }
    return Pages.address("/me/proof", "next", back.startsWith("/me/proof") ? "/me" : back);
  }
}
