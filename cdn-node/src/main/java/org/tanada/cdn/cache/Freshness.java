package org.tanada.cdn.cache;

/**
 * How long a response may be used without asking its origin.
 *
 * @param lifetime seconds from its generation on; 0 means: ask each time
 * @param revalidate whether it must never be used stale ({@code must-revalidate}, {@code
 *     proxy-revalidate}, {@code no-cache})
 * @param staleWhileRevalidate seconds past the lifetime in which it is served while being refreshed
 *     (RFC 5861, 3)
 * @param staleIfError seconds past the lifetime in which it is served if the origin fails (RFC
 *     5861, 4); -1 if the response does not say
 */
public record Freshness(
    long lifetime, boolean revalidate, long staleWhileRevalidate, long staleIfError) {}
