package org.tanada.router.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import net.spy.memcached.CachedData;
import net.spy.memcached.transcoders.Transcoder;
import org.jspecify.annotations.Nullable;
import org.tanada.common.row.Row;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The bytes of an entry: {@code R} (row), {@code A} (absent) or {@code T} (tombstone), eight bytes
 * of version, two of the cluster and two of the length of the applied set that it is of, that set,
 * and for a row its JSON. spymemcached's own transcoder would deserialise Java objects, which
 * nobody wants from a network.
 */
final class EntryCodec implements Transcoder<byte[]> {
  private static final int HEADER = 1 + Long.BYTES + 2 * Short.BYTES;
  private static final int MAX_SIZE = 1 << 20;

  private final JsonMapper mapper =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  byte[] tombstone(long version) {
    return bytes('T', version, null, new byte[0]);
  }

  byte[] absent(@Nullable Origin origin) {
    return bytes('A', 0, origin, new byte[0]);
  }

  byte[] row(Row row, @Nullable Origin origin) {
    return bytes('R', row.version(), origin, mapper.writeValueAsBytes(row));
  }

  private static byte[] bytes(char kind, long version, @Nullable Origin origin, byte[] json) {
    byte[] applied =
        origin == null ? new byte[0] : origin.applied().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(HEADER + applied.length + json.length)
        .put((byte) kind)
        .putLong(version)
        .putShort((short) (origin == null ? 0 : origin.cluster()))
        .putShort((short) applied.length)
        .put(applied)
        .put(json)
        .array();
  }

  /** What the bytes say; empty if they are not ours. */
  Optional<RowCache.Entry> read(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    byte kind = header.get();
    long version = header.getLong();
    int cluster = header.getShort();
    int length = header.getShort();
    int json = HEADER + length;
    if (length < 0 || json > bytes.length) {
      return Optional.empty();
    }
    Origin origin =
        length == 0
            ? null
            : new Origin(cluster, new String(bytes, HEADER, length, StandardCharsets.US_ASCII));
    try {
      return switch (kind) {
        case 'T' -> Optional.of(RowCache.Entry.tombstone(version));
        case 'A' -> Optional.of(new RowCache.Entry(version, null, false, origin));
        case 'R' ->
            Optional.of(
                new RowCache.Entry(
                    version,
                    mapper.readValue(bytes, json, bytes.length - json, Row.class),
                    false,
                    origin));
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
