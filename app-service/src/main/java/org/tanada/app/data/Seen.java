package org.tanada.app.data;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseCookie;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.id.TanadaId;
import org.tanada.common.row.Consistency;

/**
 * What the client of this thread's request has seen of the databases, and so how fresh its reads
 * must be. The client shows it in the {@code Tanada-Consistency} header or the {@code tanada-seen}
 * cookie; every write gives it anew.
 *
 * <ul>
 *   <li>With a token: any copy that has applied what the token names.
 *   <li>Without one, signed in, rows of the reader's own virtual shard: the primary, since the
 *       reader may have written with a client that keeps no token.
 *   <li>Else: any copy. Only such readers, and only if they are not signed in either, are served
 *       from this server's RAM: they cannot have written anything that they could miss.
 * </ul>
 */
public final class Seen {
  /** The cookie. */
  public static final String COOKIE = "tanada-seen";

  /** Longest token that is believed, in characters; the router's are much shorter. */
  static final int MAX_LENGTH = 1024;

  private static final ThreadLocal<@Nullable Seen> CURRENT = new ThreadLocal<>();

  private final HttpServletResponse response;
  private final boolean secure;
  private final java.time.Duration cookieTime;
  private @Nullable String token;
  private @Nullable Long reader;

  Seen(
      @Nullable String token,
      HttpServletResponse response,
      boolean secure,
      java.time.Duration cookieTime) {
    this.token = token;
    this.response = response;
    this.secure = secure;
    this.cookieTime = cookieTime;
  }

  static void begin(Seen seen) {
    CURRENT.set(seen);
  }

  static void end() {
    CURRENT.remove();
  }

  /** The request is made by this user. */
  public static void readBy(long userId) {
    Seen seen = CURRENT.get();
    if (seen != null) {
      seen.reader = userId;
    }
  }

  /** A write that was made for this request gave this token. */
  public static void wrote(String token) {
    Seen seen = CURRENT.get();
    if (seen != null && !token.isEmpty()) {
      seen.token = token;
      seen.tell();
    }
  }

  /** The token to merge into the next write's; null if there is none. */
  static @Nullable String token() {
    Seen seen = CURRENT.get();
    return seen == null ? null : seen.token;
  }

  /** How fresh a read of the row, or of the rows that this user owns, must be. */
  static Consistency freshness(long id) {
    Seen seen = CURRENT.get();
    if (seen == null) {
      return Consistency.PRIMARY; // work in the background decides on what is there now
    }
    if (seen.token != null) {
      return Consistency.of(seen.token);
    }
    boolean own = seen.reader != null && TanadaId.shard(seen.reader) == TanadaId.shard(id);
    return own ? Consistency.PRIMARY : Consistency.ANY;
  }

  /** How fresh a list over all users' rows must be. */
  static Consistency freshness() {
    Seen seen = CURRENT.get();
    return seen == null ? Consistency.ANY : Consistency.of(seen.token);
  }

  /** Whether the reader can have written nothing that a copy in RAM might lack. */
  static boolean mayUseRam() {
    Seen seen = CURRENT.get();
    return seen != null && seen.token == null && seen.reader == null;
  }

  private void tell() {
    String value = token;
    if (value == null || response.isCommitted()) {
      return;
    }
    response.setHeader(TanadaHeaders.CONSISTENCY, value);
    ResponseCookie cookie =
        ResponseCookie.from(COOKIE, value)
            .path("/")
            .httpOnly(true)
            .secure(secure)
            .sameSite("Lax")
            .maxAge(cookieTime)
            .build();
    Collection<String> cookies = List.copyOf(response.getHeaders("Set-Cookie"));
    response.setHeader("Set-Cookie", cookie.toString()); // a second write replaces the first's
    cookies.stream()
        .filter(other -> !other.startsWith(COOKIE + "="))
        .forEach(other -> response.addHeader("Set-Cookie", other));
  }
}
