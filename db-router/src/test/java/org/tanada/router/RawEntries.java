package org.tanada.router;

import java.util.Arrays;
import net.spy.memcached.CachedData;
import net.spy.memcached.transcoders.Transcoder;

/** Entries of a cache as they are. */
final class RawEntries implements Transcoder<byte[]> {
  @Override
  public boolean asyncDecode(CachedData data) {
    return false;
  }

  @Override
  public CachedData encode(byte[] bytes) {
    return new CachedData(0, bytes, 1 << 20);
  }

  @Override
  public byte[] decode(CachedData data) {
    return Arrays.copyOf(data.getData(), data.getData().length);
  }

  @Override
  public int getMaxSize() {
    return 1 << 20;
  }
}
