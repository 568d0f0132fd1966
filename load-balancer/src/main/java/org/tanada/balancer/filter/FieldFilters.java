package org.tanada.balancer.filter;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.server.ServerWebExchange;
import org.tanada.common.credential.CredentialIssuer;
import org.tanada.common.http.TanadaHeaders;
import org.tanada.common.permission.ServiceName;

/**
 * Which header fields pass. Fields that speak of one connection end here (RFC 9110, 7.6.1), those
 * that {@code Connection} names included; what the front door says about the client's way passes
 * unchanged, for the table of permissions admits it alone.
 */
public final class FieldFilters {
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "http2-settings");

  private static final Set<String> NOT_FORWARDED =
      Set.of(
          "expect", // answered here, so that the app server need not answer it again
          "forwarded",
          TanadaHeaders.CACHE_CONTROL.toLowerCase(Locale.ROOT),
          TanadaHeaders.SERVICE_CREDENTIAL.toLowerCase(Locale.ROOT));

  private FieldFilters() {}

  /** Both directions, in the form that the gateway takes. */
  public static List<HttpHeadersFilter> all(CredentialIssuer credentials) {
    return List.of(new OfRequest(credentials), new OfAnswer());
  }

  private static HttpHeaders without(HttpHeaders fields, Set<String> more) {
    Set<String> named = new HashSet<>();
    for (String value : fields.getValuesAsList(HttpHeaders.CONNECTION)) {
      named.add(value.toLowerCase(Locale.ROOT));
    }
    HttpHeaders kept = new HttpHeaders();
    fields.forEach((name, values) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(lower) && !more.contains(lower) && !named.contains(lower)) {
        kept.put(name, values);
      }
    });
    return kept;
  }

  /** Towards the app server. */
  private record OfRequest(CredentialIssuer credentials) implements HttpHeadersFilter {
    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
      HttpHeaders fields = without(input, NOT_FORWARDED);
      fields.set(TanadaHeaders.SERVICE_CREDENTIAL, credentials.of(ServiceName.APP));
      fields.set(TanadaHeaders.TRACEPARENT, Passage.of(exchange).trace().traceparent());
      if (!Target.reads(exchange.getRequest()) && !hasBody(input)) {
        fields.setContentLength(0); // else the client would send an empty chunked body
      }
      return fields;
    }

    @Override
    public boolean supports(Type type) {
      return type == Type.REQUEST;
    }
  }

  /** Whether a request with these fields carries a body (RFC 9112, 6.3). */
  public static boolean hasBody(HttpHeaders fields) {
    return fields.getContentLength() > 0 || fields.containsHeader(HttpHeaders.TRANSFER_ENCODING);
  }

  /** Back to the caller. */
  private record OfAnswer() implements HttpHeadersFilter {
    @Override
    public HttpHeaders filter(HttpHeaders input, ServerWebExchange exchange) {
      return without(input, Set.of());
    }

    @Override
    public boolean supports(Type type) {
      return type == Type.RESPONSE;
    }
  }
}
