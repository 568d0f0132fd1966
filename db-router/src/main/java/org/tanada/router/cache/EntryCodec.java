package org.tanada.router.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import net.spy.memcached.CachedData;
import net.spy.memcached.transcoders.Transcoder;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry: {@code R} (row), {@code A} (absent) or {@code T} (tombstone), eight bytes
 * of version and eight of the owner, two each of the number of columns, the cluster and the length
 * of the applied set that it is of, that set, and for a row its JSON. spymemcached's own transcoder
 * would deserialise Java objects, which nobody wants from a network.
 */
final class EntryCodec implements Transcoder<byte[]> {
  private static final int HEADER = 1 + 2 * Long.BYTES + 3 * Short.BYTES;
  private static final int MAX_SIZE = 1 << 20;
  private static final byte[] NOTHING = {};

  byte[] tombstone(long version) {
    return bytes('T', version, 0, 0, null, NOTHING);
  }

  byte[] absent(@Nullable Origin origin) {
    return bytes('A', 0, 0, 0, origin, NOTHING);
  }

  byte[] row(ServedRow row, @Nullable Origin origin) {
    return bytes('R', row.version(), row.owner(), row.columns(), origin, row.json());
  }

  private static byte[] bytes(
      char kind, long version, long owner, int columns, @Nullable Origin origin, byte[] json) {
    byte[] applied =
        origin == null ? NOTHING : origin.applied().getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(HEADER + applied.length + json.length)
        .put((byte) kind)
        .putLong(version)
        .putLong(owner)
        .putShort((short) columns)
        .putShort((short) (origin == null ? 0 : origin.cluster()))
        .putShort((short) applied.length)
        .put(applied)
        .put(json)
        .array();
  }

  /** What the bytes say of the row with that id; empty if they are not ours. */
  Optional<RowCache.Entry> read(long id, byte @Nullable [] bytes) {
    if (bytes == null || bytes.length < HEADER) {
      return Optional.empty();
    }
    ByteBuffer header = ByteBuffer.wrap(bytes);
    byte kind = header.get();
    long version = header.getLong();
    long owner = header.getLong();
    int columns = header.getShort();
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
    return switch (kind) {
      case 'T' -> Optional.of(RowCache.Entry.tombstone(version));
      case 'A' -> Optional.of(new RowCache.Entry(version, null, false, origin));
      case 'R' ->
          Optional.of(
              new RowCache.Entry(
                  version,
                  new ServedRow(
                      id, owner, version, columns, Arrays.copyOfRange(bytes, json, bytes.length)),
                  false,
                  origin));
      default -> Optional.empty(); // of another release: as good as not there
    };
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
