package org.tanada.app.web;

import java.net.URI;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.tanada.common.row.Rows;
import org.tanada.common.row.Stored;

/**
 * Answers of the REST API: strong entity tags made of row versions, and who may keep them. What an
 * anonymous client got may be kept but must be validated; what a signed-in one got is kept nowhere.
 * Spring answers 304 by itself when {@code If-None-Match} holds the tag.
 */
public final class Answers {
  private Answers() {}

  /** The entity tag of a version. */
  public static String etag(long version) {
    return "\"" + version + "\"";
  }

  /** 200 with a row's view. */
  public static <T> ResponseEntity<T> ok(long version, T body) {
    return headers(HttpStatus.OK).eTag(etag(version)).body(body);
  }

  /** 200 with something that has no version. */
  public static <T> ResponseEntity<T> ok(T body) {
    return headers(HttpStatus.OK).body(body);
  }

  /** 201 with a row's view and its address. */
  public static <T> ResponseEntity<T> created(String location, long version, T body) {
    return headers(HttpStatus.CREATED)
        .location(URI.create(location))
        .eTag(etag(version))
        .body(body);
  }

  /** 201 with something that has no version. */
  public static <T> ResponseEntity<T> created(@Nullable String location, T body) {
    ResponseEntity.BodyBuilder answer = headers(HttpStatus.CREATED);
    if (location != null) {
      answer.location(URI.create(location));
    }
    return answer.body(body);
  }

  /** 204. */
  public static ResponseEntity<Void> noContent() {
    return headers(HttpStatus.NO_CONTENT).build();
  }

  /** 200 with a page of rows; its tag changes when one of them, their order or the cursor does. */
  public static <R, T> ResponseEntity<ItemList<T>> list(
      Cursors cursors, String list, Rows.TypedPage<R> page, Function<Stored<R>, T> view) {
    String next = cursors.encode(list, page.next());
    StringBuilder versions = new StringBuilder();
    page.rows()
        .forEach(row -> versions.append(row.id()).append('.').append(row.version()).append(' '));
    String tag = IdempotencyKey.fingerprint(list, versions, String.valueOf(next)).substring(0, 24);
    List<T> items = page.rows().stream().map(view).toList();
    return headers(HttpStatus.OK).eTag("\"" + tag + "\"").body(new ItemList<>(items, next));
  }

  private static ResponseEntity.BodyBuilder headers(HttpStatus status) {
    return ResponseEntity.status(status)
        .header(HttpHeaders.CACHE_CONTROL, isAnonymous() ? "no-cache" : "private, no-store")
        .header(HttpHeaders.VARY, "Authorization, Cookie");
  }

  private static boolean isAnonymous() {
    Authentication who = SecurityContextHolder.getContext().getAuthentication();
    return who == null || who instanceof AnonymousAuthenticationToken;
  }
}
