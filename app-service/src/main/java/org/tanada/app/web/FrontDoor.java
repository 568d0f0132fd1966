package org.tanada.app.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.tanada.common.http.ClientAddress;
import org.tanada.common.http.TanadaHeaders;

/**
 * The request as the browser made it, before nginx and the gateway passed it on. What is for users
 * only a gateway may ask this server for (it shows its credential), so its {@code X-Forwarded-Host}
 * and {@code X-Forwarded-Proto} are believed. We read these two ourselves: Tomcat's valve drops the
 * port, and Spring's filter would also believe {@code Forwarded} and {@code X-Forwarded-Prefix}, of
 * which we need nothing.
 */
public final class FrontDoor {
  private FrontDoor() {}

  /** Whether the browser came by https. */
  public static boolean isSecure(HttpServletRequest request) {
    return scheme(request).equals("https");
  }

  /** The origin that the browser sees: {@code scheme://host[:port]}, in lower case. */
  public static String origin(HttpServletRequest request) {
    String host = last(request.getHeader("X-Forwarded-Host"));
    if (host == null) {
      host = request.getHeader("Host");
    }
    String scheme = scheme(request);
    String name = host == null ? "" : host.toLowerCase(Locale.ROOT);
    String standardPort = scheme.equals("https") ? ":443" : ":80";
    if (name.endsWith(standardPort)) {
      name = name.substring(0, name.length() - standardPort.length());
    }
    return scheme + "://" + name;
  }

  /** Address of the client as nginx saw it; null if it is not told. */
  public static @Nullable String client(HttpServletRequest request) {
    return ClientAddress.of(request.getHeader(TanadaHeaders.FORWARDED_FOR));
  }

  private static String scheme(HttpServletRequest request) {
    String proto = last(request.getHeader("X-Forwarded-Proto"));
    return "https".equalsIgnoreCase(proto) || (proto == null && request.isSecure())
        ? "https"
        : "http";
  }

  private static @Nullable String last(@Nullable String list) {
    if (list == null || list.isBlank()) {
      return null;
    }
    return list.substring(list.lastIndexOf(',') + 1).trim();
  }
}
