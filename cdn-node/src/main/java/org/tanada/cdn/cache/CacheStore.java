package org.tanada.cdn.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.cdn.config.EdgeMetrics;
import org.tanada.cdn.config.EdgeProperties;

/**
 * All cached responses and all that are on their way. Every operation is short and under one lock;
 * files are written and read outside of it.
 */
@Component
public final class CacheStore implements AutoCloseable {
  private static final int MAX_VARIANTS = 32;
  private static final int MAX_MARKS = 10_000;
  private static final Duration UNFIT = Duration.ofMinutes(10);

  private final EdgeProperties properties;
  private final EdgeMetrics metrics;
  private final Disk disk;
  private final Map<String, Resource> resources = new HashMap<>();
  private final Shelf shelf;

  // paths whose answers were personal, with the time until which their requests do not wait for
  // each other
  private final LinkedHashMap<String, Long> marks =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MAX_MARKS;
        }
      };

  /** An empty cache. */
  public CacheStore(EdgeProperties properties, EdgeMetrics metrics) {
    this.properties = properties;
    this.metrics = metrics;
    this.disk = new Disk(properties.directory());
    this.shelf =
        new Shelf(
            properties.ram().toBytes(), properties.disk().toBytes(), disk, this::gone, this::moved);
    metrics.gauge("tanada.edge.ram.bytes", this::ramBytes);
    metrics.gauge("tanada.edge.disk.bytes", this::diskBytes);
    metrics.gauge("tanada.edge.objects", this::objects);
  }

  /** Prepares the directory. */
  public void start() {
    disk.start();
  }

  @Override
  public void close() {
    disk.close();
  }

  /** What is stored for the request, fresh or not. */
  public synchronized @Nullable StoredResponse find(String key, HttpHeaders request) {
    Resource resource = resources.get(key);
    StoredResponse found = resource == null ? null : resource.match(request);
    if (found != null) {
      shelf.touch(found);
    }
    return found;
  }

  /** What to do with a GET; now in milliseconds of the epoch. */
  public synchronized Decision decide(String key, HttpHeaders request, long now) {
    StoredResponse found = find(key, request);
    if (found != null) {
      long ttl = found.head().ttl(now);
      if (ttl > 0) {
        return new Decision.Fresh(found);
      }
      Freshness freshness = found.head().freshness();
      if (!freshness.revalidate() && -ttl < freshness.staleWhileRevalidate()) {
        return new Decision.Stale(
            found, joinable(key, request) == null ? lead(key, request, found, true) : null);
      }
    }
    boolean shareable = !request.contains(HttpHeaderNames.AUTHORIZATION);
    if (shareable && !isMarked(mark(key, request))) {
      Fill current = joinable(key, request);
      if (current != null) {
        return new Decision.Join(current);
      }
    } else {
      shareable = false;
    }
    Resource resource = resources.get(key);
    Decision.Reason reason =
        found != null
            ? Decision.Reason.STALE
            : resource != null && !resource.variants.isEmpty()
                ? Decision.Reason.VARY_MISS
                : Decision.Reason.URI_MISS;
    return new Decision.Lead(lead(key, request, found, shareable), reason);
  }

  private @Nullable Fill joinable(String key, HttpHeaders request) {
    Resource resource = resources.get(key);
    if (resource != null) {
      for (Fill fill : resource.fills) {
        if (fill.isShared() && fill.serves(request, resource.varyNames)) {
          return fill;
        }
      }
    }
    return null;
  }

  private Fill lead(
      String key, HttpHeaders request, @Nullable StoredResponse stale, boolean shared) {
    Fill fill = new Fill(this, key, request, stale, shared);
    resources.computeIfAbsent(key, k -> new Resource()).fills.add(fill);
    return fill;
  }

  private boolean isMarked(String mark) {
    Long until = marks.get(mark);
    if (until == null) {
      return false;
    }
    if (System.nanoTime() - until > 0) {
      marks.remove(mark);
      return false;
    }
    return true;
  }

  /** The answer was personal: for a while, requests like this one do not wait for each other. */
  public void markPersonal(String key, HttpHeaders request) {
    mark(mark(key, request), properties.hitForMiss());
  }

  /** The answer turned out not to fit while it came: for a longer while, it is not tried again. */
  public void markUnfit(String key) {
    mark("!" + key, UNFIT);
  }

  /** Whether answers under this key are known not to fit. */
  public synchronized boolean isUnfit(String key) {
    return isMarked("!" + key);
  }

  private synchronized void mark(String mark, Duration time) {
    marks.remove(mark);
    marks.put(mark, System.nanoTime() + time.toNanos());
  }

  // a signed-in visitor's page says nothing about everybody else's
  private static String mark(String key, HttpHeaders request) {
    return (request.contains(HttpHeaderNames.COOKIE) ? "c" : "-") + key;
  }

  /** The origin confirmed the response: its head is replaced, if it is still in the cache. */
  public synchronized StoredResponse confirm(StoredResponse old, StoredResponse.Head fresher) {
    StoredResponse renewed = old.with(fresher);
    Resource resource = resources.get(fresher.key());
    if (resource != null && resource.variants.remove(old)) {
      resource.variants.add(renewed);
      shelf.replace(old, renewed);
    }
    return renewed;
  }

  /** Takes one response out, for example because its file is gone. */
  public synchronized void drop(StoredResponse response) {
    shelf.remove(response);
    gone(response, false);
  }

  /**
   * Removes everything under the key, also what is still on its way.
   *
   * @return how many stored responses
   */
  public synchronized int purge(String key) {
    marks.remove("c" + key);
    marks.remove("-" + key);
    int removed = shelf.cancelMoves(key);
    Resource resource = resources.remove(key);
    if (resource == null) {
      return removed;
    }
    resource.fills.forEach(fill -> fill.doomed = true);
    resource.variants.forEach(shelf::remove);
    metrics.purged(removed + resource.variants.size());
    return removed + resource.variants.size();
  }

  /** The fill is over; what came of it is kept unless it was purged. */
  synchronized void finish(Fill fill, @Nullable StoredResponse kept, long reserved) {
    shelf.release(reserved);
    leave(fill);
    if (kept == null) {
      return;
    }
    if (fill.doomed) {
      shelf.discard(kept);
      return;
    }
    disk.worked();
    Resource resource = resources.computeIfAbsent(fill.key(), k -> new Resource());
    Variant variant = kept.head().variant();
    resource.varyNames = variant.names();
    for (StoredResponse old : List.copyOf(resource.variants)) {
      if (old.head().variant().equals(variant) || old == fill.validating()) {
        resource.variants.remove(old);
        shelf.remove(old);
      }
    }
    if (resource.variants.size() >= MAX_VARIANTS) {
      shelf.remove(resource.variants.removeFirst());
      metrics.evicted();
    }
    marks.remove(mark(fill.key(), fill.request()));
    resource.variants.add(kept);
    shelf.add(kept);
  }

  /** The fill is not to be joined any more. */
  synchronized void leave(Fill fill) {
    Resource resource = resources.get(fill.key());
    if (resource != null) {
      resource.fills.remove(fill);
      removeIfEmpty(fill.key(), resource);
    }
  }

  private void gone(StoredResponse response, boolean evicted) {
    if (evicted) {
      metrics.evicted();
    }
    Resource resource = resources.get(response.head().key());
    if (resource != null) {
      resource.variants.remove(response);
      removeIfEmpty(response.head().key(), resource);
    }
  }

  /** An object was moved to disk, or is handed back as it was because that failed. */
  private synchronized void moved(StoredResponse from, StoredResponse onDisk) {
    boolean wanted = shelf.endMove(from);
    if (onDisk == from) {
      return; // it could not be written
    }
    if (!wanted) {
      shelf.discard(onDisk);
      return;
    }
    Resource resource = resources.computeIfAbsent(from.head().key(), k -> new Resource());
    Variant variant = from.head().variant();
    if (resource.variants.stream().anyMatch(v -> v.head().variant().equals(variant))) {
      shelf.discard(onDisk);
      return;
    }
    resource.variants.add(onDisk);
    shelf.add(onDisk);
  }

  private void removeIfEmpty(String key, Resource resource) {
    if (resource.variants.isEmpty() && resource.fills.isEmpty()) {
      resources.remove(key, resource);
    }
  }

  synchronized boolean reserve(long bytes) {
    return shelf.reserve(bytes);
  }

  synchronized void release(long bytes) {
    shelf.release(bytes);
  }

  Disk disk() {
    return disk;
  }

  int largestInRam() {
    return properties.largestInRam();
  }

  /** Largest object that is kept, in bytes. */
  public long largestObject() {
    return properties.largestObject();
  }

  /** Bytes in RAM, heads of objects on disk included. */
  public synchronized long ramBytes() {
    return shelf.ramBytes();
  }

  /** Bytes on disk, those of fills in progress included. */
  public synchronized long diskBytes() {
    return shelf.diskBytes();
  }

  /** Number of stored responses. */
  public synchronized int objects() {
    return shelf.size();
  }

  /** Everything under one address. */
  private static final class Resource {
    private final List<StoredResponse> variants = new ArrayList<>(1);
    private final List<Fill> fills = new ArrayList<>(1);
    private List<String> varyNames = List.of();

    @Nullable StoredResponse match(HttpHeaders request) {
      // of several that match, the newest counts (RFC 9111, 4.1)
      return variants.stream()
          .filter(response -> response.head().variant().matches(request))
          .max(Comparator.comparingLong(response -> response.head().arrived()))
          .orElse(null);
    }
  }
}
