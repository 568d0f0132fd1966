package org.tanada.cdn.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Set;
import org.tanada.common.credential.CredentialVerifier;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/** What a request has to be before anything is done for it. */
final class Gate {
  private static final Set<String> KNOWN =
      Set.of("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");

  private Gate() {}

  /**
   * Refuses what is malformed, has no credential of one who may ask, or is neither GET nor HEAD. A
   * request that could be read in two ways (smuggling: RFC 9112, 11.2) is malformed.
   */
  static void check(Edge edge, HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      Throwable cause = request.decoderResult().cause();
      if (cause instanceof TooLongHttpLineException) {
        throw new ProblemException(ProblemCode.URI_TOO_LONG, "The address is too long.");
      }
      if (cause instanceof TooLongHttpHeaderException) {
        throw new ProblemException(ProblemCode.HEADERS_TOO_LARGE, "The headers are too large.");
      }
      throw malformed("The request cannot be read.");
    }
    HttpHeaders headers = request.headers();
    List<String> credentials = headers.getAll(TanadaHeaders.SERVICE_CREDENTIAL);
    ServiceName caller = credentials.size() == 1 ? edge.caller(credentials.getFirst()) : null;
    if (caller == null) {
      throw ProblemException.of(CredentialVerifier.unknown());
    }
    if (!edge.admits(caller)) {
      throw ProblemException.of(CredentialVerifier.refused(caller));
    }
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      throw KNOWN.contains(request.method().name())
          ? new ProblemException(ProblemCode.METHOD_NOT_ALLOWED, "The edges take GET and HEAD.")
          : new ProblemException(ProblemCode.NOT_IMPLEMENTED, "The method is not known.");
    }
    if (hasBody(headers)) {
      throw malformed("GET and HEAD have no body here.");
    }
    int hosts = headers.getAll(HttpHeaderNames.HOST).size();
    if (hosts > 1 || (hosts == 0 && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
      throw malformed("Exactly one Host is needed.");
    }
  }

  static boolean hasBody(HttpHeaders headers) {
    if (headers.contains(HttpHeaderNames.TRANSFER_ENCODING)) {
      return true;
    }
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return length != null && !length.equals("0");
  }

  /** Refuses an address that we did not sign, or that has expired. */
  static void verify(Edge edge, Target target) {
    switch (edge.signedUrls().verify(target.path(), target.expires(), target.signature())) {
      case VALID -> {
        // go on
      }
      case INVALID ->
          throw new ProblemException(
              ProblemCode.INVALID_SIGNATURE, "The address is not signed by us.");
      case EXPIRED ->
          throw new ProblemException(ProblemCode.EXPIRED_SIGNATURE, "The address has expired.");
    }
  }

  /** Seconds until a verified address expires. */
  static long secondsLeft(Target target) {
    String expires = target.expires();
    return expires == null
        ? 0
        : Math.max(0, Long.parseLong(expires) - System.currentTimeMillis() / 1000);
  }

  private static ProblemException malformed(String detail) {
    return new ProblemException(ProblemCode.MALFORMED_REQUEST, detail);
  }
}
