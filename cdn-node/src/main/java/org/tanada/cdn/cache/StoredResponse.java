package org.tanada.cdn.cache;

import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A response in the cache. Its fields never change; a confirmed one is replaced by a fresh copy.
 */
public final class StoredResponse {
  // objects, map entries and references around the bytes, roughly
  private static final int OVERHEAD = 400;

  private final Head head;
  private final Content content;
  private final long length;
  private final int headBytes;
  private volatile boolean used;

  StoredResponse(Head head, Content content, long length) {
    this.head = head;
    this.content = content;
    this.length = length;
    int bytes = OVERHEAD + head.key().length() * 2;
    for (Map.Entry<String, String> field : head.headers()) {
      bytes += field.getKey().length() + field.getValue().length() + 96;
    }
    this.headBytes = bytes;
  }

  /** Status, headers and age. */
  public Head head() {
    return head;
  }

  /** The body. */
  public Content content() {
    return content;
  }

  /** Bytes of the body. */
  public long length() {
    return length;
  }

  int headBytes() {
    return headBytes;
  }

  boolean isUsed() {
    return used;
  }

  void use() {
    used = true;
  }

  StoredResponse with(Head fresher) {
    return new StoredResponse(fresher, content, length);
  }

  StoredResponse with(Content moved) {
    return new StoredResponse(head, moved, length);
  }

  /**
   * Everything about a response but its body.
   *
   * @param key path and query
   * @param variant which request fields selected it
   * @param status code
   * @param headers end-to-end fields, without those that belong to the one exchange
   * @param freshness how long it may be used
   * @param initialAge seconds of age when it arrived (RFC 9111, 4.2.3)
   * @param arrived milliseconds of the epoch
   * @param length of the body in bytes, -1 if not known yet
   */
  public record Head(
      String key,
      Variant variant,
      int status,
      HttpHeaders headers,
      Freshness freshness,
      long initialAge,
      long arrived,
      long length) {

    /** The head of an answer that came just now. */
    public static Head of(
        String key,
        HttpHeaders request,
        int status,
        HttpHeaders response,
        Freshness freshness,
        long requested,
        long arrived,
        long length) {
      HttpHeaders kept = Fields.storable(response);
      if (!kept.contains(HttpHeaderNames.DATE)) {
        kept.set(HttpHeaderNames.DATE, HttpDate.format(Instant.ofEpochMilli(arrived)));
      }
      return new Head(
          key,
          Variant.of(request, response),
          status,
          kept,
          freshness,
          Fields.initialAge(response, requested, arrived),
          arrived,
          length);
    }

    /** Seconds since it was generated or confirmed by its origin. */
    public long age(long now) {
      return initialAge + Math.max(0, now - arrived) / 1000;
    }

    /** Seconds until it is stale; negative when it is. */
    public long ttl(long now) {
      return freshness.lifetime() - age(now);
    }

    /** Whether a request with these fields selects it. */
    public boolean matches(HttpHeaders request) {
      return variant.matches(request);
    }

    /** Its entity tag. */
    public @Nullable String etag() {
      return headers.get(HttpHeaderNames.ETAG);
    }

    /** When the content changed last. */
    public @Nullable Instant lastModified() {
      return HttpDate.parse(headers.get(HttpHeaderNames.LAST_MODIFIED));
    }

    /** Whether it can be used stale because the origin failed. */
    public boolean usableOnError(long now, boolean unreachable, long defaultSeconds) {
      if (freshness.revalidate()) {
        return false;
      }
      long allowed =
          freshness.staleIfError() >= 0
              ? freshness.staleIfError()
              : unreachable ? defaultSeconds : 0;
      return -ttl(now) <= Math.max(allowed, freshness.staleWhileRevalidate());
    }

    /**
     * The head with the fields of a 304 (RFC 9111, 3.2), or null if it may not be kept any more.
     */
    public @Nullable Head refreshed(
        HttpHeaders request, HttpHeaders fields, long requested, long arrivedNow) {
      HttpHeaders merged = new DefaultHttpHeaders().set(headers);
      HttpHeaders update = Fields.storable(fields);
      update.remove(HttpHeaderNames.CONTENT_LENGTH);
      update.remove(HttpHeaderNames.CONTENT_ENCODING);
      update.remove(HttpHeaderNames.CONTENT_TYPE);
      update.remove(HttpHeaderNames.CONTENT_RANGE);
      for (String name : update.names()) {
        merged.set(name, update.getAll(name));
      }
      Freshness renewed = freshness;
      if (Fields.carriesPolicy(fields)) {
        // the targeted field is not stored: the 304 alone can bring it
        HttpHeaders judged = new DefaultHttpHeaders().set(merged);
        Fields.copyPolicy(fields, judged);
        renewed = CachePolicy.evaluate(request, status, judged);
      }
      if (renewed == null) {
        return null;
      }
      return new Head(
          key,
          variant,
          status,
          merged,
          renewed,
          Fields.initialAge(fields, requested, arrivedNow),
          arrivedNow,
          length);
    }
  }
}
