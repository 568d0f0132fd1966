package org.tanada.common.http;

import org.jspecify.annotations.Nullable;

/**
 * Where the request of this thread comes from, as the front door saw it; passed on to the services
 * that are called for it, which put it into their records.
 */
public final class ClientAddress {
  /** No address of IPv6 is longer. */
  private static final int MAX_LENGTH = 45;

  private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();

  private ClientAddress() {}

  /** The address; null if it is not known. */
  public static @Nullable String current() {
    return CURRENT.get();
  }

  /** The client in a value of {@code X-Forwarded-For}; null if it names none. */
  public static @Nullable String of(@Nullable String forwardedFor) {
    if (forwardedFor == null || forwardedFor.isBlank()) {
      return null;
    }
    String first = forwardedFor.split(",", 2)[0].trim();
    return first.length() > MAX_LENGTH ? null : first;
  }

  static void bind(@Nullable String forwardedFor) {
    CURRENT.set(of(forwardedFor));
  }

  static void unbind() {
    CURRENT.remove();
  }
}
