package org.tanada.common.account;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose signatures were found good, by their digests, so that no token lies about in memory.
 * Two generations: when the young one is full it becomes the old one, and the old one is forgotten.
 */
final class SeenTokens<T> {
  private final int generation;
  private volatile Map<ByteBuffer, T> young = new ConcurrentHashMap<>();
  private volatile Map<ByteBuffer, T> old = Map.of();

  /** Remembers at most twice that many. */
  SeenTokens(int generation) {
    this.generation = generation;
  }

  /** By what a token is remembered. */
  static ByteBuffer digest(String token) {
    try {
      return ByteBuffer.wrap(
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Nullable T find(ByteBuffer digest) {
    T found = young.get(digest);
    if (found == null) {
      found = old.get(digest);
      if (found != null) {
        put(digest, found);
      }
    }
    return found;
  }

  void put(ByteBuffer digest, T value) {
    if (young.size() >= generation) {
      renew();
    }
    young.put(digest, value);
  }

  /** How many are remembered. */
  int size() {
    return young.size() + old.size();
  }

  private synchronized void renew() {
    if (young.size() >= generation) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }
}
