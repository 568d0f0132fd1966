package org.tanada.common.problem;

import java.util.Locale;
import java.util.Optional;

/**
 * Every error that an outsider can meet. The code is stable; {@code /problems/{code}} explains it.
 * One list for all services, so that no two name the same thing differently.
 */
public enum ProblemCode {
  MALFORMED_REQUEST(
      400,
      "The request cannot be read",
      "The body is not valid JSON of the expected form, or a parameter has the wrong type."),
  INVALID_CURSOR(
      400,
      "The cursor is not one of ours",
      "Take the cursor from \"next\" of the page before, unchanged, with the same list."),
  DIGEST_MISMATCH(
      400,
      "The content does not match its digest",
      "What arrived is not what the digest or the length announced: send it again."),
  INVALID_FLOW(
      400,
      "This sign-in cannot go on here",
      "It was not begun in this browser, took too long, or has ended already: begin again."),
  INVALID_LINK(
      400,
      "The link does not work any more",
      "It was used before, has expired, or is not whole: ask for a new one."),
  UNAUTHENTICATED(
      401,
      "Sign in first",
      "Send \"Authorization: Bearer\" with an access token, or the session cookie."),
  INVALID_CREDENTIALS(
      401, "E-mail or password is wrong", "Check both; the answer does not tell which one it was."),
  SECOND_FACTOR_REQUIRED(
      401,
      "A code is needed, too",
      "Send the \"ticket\" of this answer within five minutes, with the code that your app shows."),
  WRONG_CODE(
      401,
      "The code is wrong",
      "Each code works once: wait for the next one, or take a recovery code."),
  PASSKEY_REFUSED(
      401, "The passkey was not accepted", "Try it again, or sign in by your password."),
  INVALID_TOKEN(
      401,
      "The token is not valid",
      "It is forged, damaged, revoked or meant for somebody else: sign in again."),
  EXPIRED_TOKEN(401, "The token has expired", "Refresh it, or sign in again."),
  PAYMENT_REQUIRED(
      402, "Buy it first", "This video is played by its owner and by those who bought it."),
  FORBIDDEN(403, "Not allowed", "You are known, but this is not yours to do."),
  PROOF_REQUIRED(
      403,
      "Show first that it is you",
      "Give your password, or sign in again the way you did: then repeat it within five minutes."),
  PROVIDER_DECLINED(
      403, "The provider did not sign you in", "You or the provider said no: begin again."),
  ACCOUNT_LOCKED(403, "The account is locked", "An administrator has locked it: ask them why."),
  ACCOUNT_DELETED(
      403,
      "The account is being deleted",
      "Its owner has asked for that. When it is gone, its names are free for a new one."),
  FOREIGN_ORIGIN(
      403,
      "The request comes from another site",
      "With the session cookie, unsafe methods must come from our own pages."),
  INVALID_SIGNATURE(
      403,
      "The address is not signed by us",
      "Ask for a new address; a signed address must not be changed."),
  EXPIRED_SIGNATURE(403, "The address has expired", "Ask for a new address."),
  NOT_FOUND(404, "There is nothing here", "It does not exist, or it is not yours to see."),
  METHOD_NOT_ALLOWED(
      405, "The method is not allowed here", "See the Allow header for those that are."),
  NOT_ACCEPTABLE(406, "No acceptable form", "Ask for application/json or text/html."),
  REQUEST_TIMEOUT(408, "The request took too long to arrive", "Send it again, faster."),
  EMAIL_TAKEN(409, "The e-mail address is taken", "Sign in, or use another address."),
  USERNAME_TAKEN(409, "The user name is taken", "Choose another one."),
  IDENTITY_TAKEN(
      409,
      "It belongs to another account",
      "Sign in with it, and unlink it there, or delete that account."),
  LAST_WAY(409, "It is your last way to sign in", "Link another one first; then this one can go."),
  ALREADY_BOUGHT(409, "You already have this video", "Find it among your orders."),
  CLAIMED(409, "The name is claimed", "Another row holds this unique name."),
  DUPLICATE(409, "The row exists already", "An insert met a row with the same id or unique key."),
  CONFLICT(409, "It does not fit the present state", "Read it again and decide anew."),
  GONE(410, "It is not here any more", "It has expired, or was ended: begin a new one."),
  VERSION_MISMATCH(
      412, "It has changed meanwhile", "Read it again, and send If-Match with the new ETag."),
  PROTOCOL_VERSION(
      412,
      "The version of the protocol is not known",
      "Send \"Tus-Resumable: 1.0.0\", as Tus-Version says."),
  CONTENT_TOO_LARGE(413, "The content is too large", "The detail names the limit."),
  QUOTA_EXCEEDED(
      413,
      "Your space is used up",
      "Delete a video or end an upload, or ask the operator for more space."),
  URI_TOO_LONG(414, "The address is too long", "Shorten it."),
  UNSUPPORTED_MEDIA_TYPE(
      415, "The media type is not supported", "The detail names those that are."),
  RANGE_NOT_SATISFIABLE(416, "The range lies beyond the end", "Content-Range names the size."),
  UNKNOWN_HOST(
      421,
      "This host is not served here",
      "Use localhost, or a name that the operator configured."),
  VALIDATION_FAILED(
      422, "Some fields are not right", "\"errors\" names each field and what is wrong with it."),
  IDEMPOTENCY_KEY_REUSED(
      422, "The idempotency key was used for another request", "Use a new key for a new request."),
  PRECONDITION_REQUIRED(
      428,
      "If-Match is required",
      "Send If-Match with the ETag that you last saw, so that no change is lost."),
  TOO_MANY_REQUESTS(429, "Too many requests", "Wait as long as Retry-After says."),
  HEADERS_TOO_LARGE(
      431, "The headers are too large", "Send fewer or shorter headers, and delete cookies."),
  CHECKSUM_MISMATCH(
      460,
      "The piece does not match its checksum",
      "Nothing of it is kept: send it again from the same offset."),
  INTERNAL(500, "Something went wrong here", "It is logged under the trace id."),
  NOT_IMPLEMENTED(501, "The method is not known", "Use a standard HTTP method."),
  UPSTREAM_FAILED(502, "A server behind did not answer", "Try again: another one will take over."),
  PROVIDER_FAILED(
      502,
      "The provider's answer is not right",
      "Nobody was signed in. If it happens again, tell the operator."),
  UNAVAILABLE(503, "Not available right now", "Try again after Retry-After."),
  MOVED(503, "It is on its way to another place", "Try again after Retry-After."),
  UPSTREAM_TIMEOUT(504, "A server behind was too slow", "Try again."),
  PROVIDER_UNAVAILABLE(
      504, "The provider does not answer", "Sign in another way, or try again later."),
  STORAGE_FULL(507, "The storage is full", "The operator has to add space.");

  private final int status;
  private final String title;
  private final String advice;

  ProblemCode(int status, String title, String advice) {
    this.status = status;
    this.title = title;
    this.advice = advice;
  }

  /** The code as it stands in answers, for example {@code email-taken}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Address of the explanation, relative to the front door: the {@code type} of RFC 9457. */
  public String type() {
    return "/problems/" + code();
  }

  /** The HTTP status that goes with it. */
  public int status() {
    return status;
  }

  /** A short summary that never changes from one occurrence to the next. */
  public String title() {
    return title;
  }

  /** What a reader can do about it. */
  public String advice() {
    return advice;
  }

  /** The code with that text, if there is one. */
  public static Optional<ProblemCode> find(String code) {
    for (ProblemCode candidate : values()) {
      if (candidate.code().equals(code)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The general code for a bare HTTP status. */
  public static ProblemCode ofStatus(int status) {
    return switch (status) {
      case 400 -> MALFORMED_REQUEST;
      case 401 -> UNAUTHENTICATED;
      case 402 -> PAYMENT_REQUIRED;
      case 403 -> FORBIDDEN;
      case 404 -> NOT_FOUND;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 408 -> REQUEST_TIMEOUT;
      case 409 -> CONFLICT;
      case 410 -> GONE;
      case 412 -> VERSION_MISMATCH;
      case 413 -> CONTENT_TOO_LARGE;
      case 414 -> URI_TOO_LONG;
      case 415 -> UNSUPPORTED_MEDIA_TYPE;
      case 416 -> RANGE_NOT_SATISFIABLE;
      case 421 -> UNKNOWN_HOST;
      case 422 -> VALIDATION_FAILED;
      case 428 -> PRECONDITION_REQUIRED;
      case 429 -> TOO_MANY_REQUESTS;
      case 431 -> HEADERS_TOO_LARGE;
      case 460 -> CHECKSUM_MISMATCH;
      case 501 -> NOT_IMPLEMENTED;
      case 502 -> UPSTREAM_FAILED;
      case 503 -> UNAVAILABLE;
      case 504 -> UPSTREAM_TIMEOUT;
      case 507 -> STORAGE_FULL;
      default -> status >= 400 && status < 500 ? MALFORMED_REQUEST : INTERNAL;
    };
  }
}
