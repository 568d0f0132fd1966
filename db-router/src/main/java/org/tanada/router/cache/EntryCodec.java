package org.tanada.router.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import net.spy.memcached.CachedData;
import net.spy.memcached.transcoders.Transcoder;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Row;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bytes of an entry: {@code R} or {@code T}, eight bytes of version, and for a row its JSON.
 * spymemcached's own transcoder would deserialise Java objects, which nobody wants from a network.
 */
final class EntryCodec implements Transcoder<byte[]> {
  private static final int HEADER = 1 + Long.BYTES;
  private static final int MAX_SIZE = 1 << 20;

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  byte[] tombstone(long version) {
    return ByteBuffer.allocate(HEADER).put((byte) 'T').putLong(version).array();
  }

  byte[] row(Row row) {
    byte[] json = mapper.writeValueAsBytes(row);
    return ByteBuffer.allocate(HEADER + json.length)
        .put((byte) 'R')
        .putLong(row.version())
        .put(json)
        .array();
  }

  /** What the bytes say; empty if they are not ours. */
  Optional<RowCache.Entry> read(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length < HEADER) {
      return Optional.empty();
    }
    long version = ByteBuffer.wrap(bytes, 1, Long.BYTES).getLong();
    try {
      return switch (bytes[0]) {
        case 'T' -> Optional.of(new RowCache.Entry(version, null));
        case 'R' ->
            Optional.of(
                new RowCache.Entry(
                    version,
                    mapper.readValue(Arrays.copyOfRange(bytes, HEADER, bytes.length), Row.class)));
        default -> Optional.empty();
      };
    } catch (JacksonException e) {
      return Optional.empty(); // of another release: as good as not there
    }
  }

  @Override
  public boolean asyncDecode(CachedData data) {
    return false;
  }

  @Override
  public CachedData encode(byte[] bytes) {
    return new CachedData(0, bytes, MAX_SIZE);
  }

  @Override
  public byte[] decode(CachedData data) {
    return data.getData();
  }

  @Override
  public int getMaxSize() {
    return MAX_SIZE;
  }
}
