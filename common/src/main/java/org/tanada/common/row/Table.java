package org.tanada.common.row;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * A table as Java sees it: its name and the record whose components are its columns beyond the five
 * that every table has ({@code id, user_id, version, created_at, updated_at}). Component {@code
 * displayName} is column {@code display_name}; an {@link Instant} is a BIGINT of microseconds since
 * the Unix epoch, which both MySQL and MariaDB keep exactly.
 *
 * @param name of the table
 * @param type of its rows, a record
 */
public record Table<T>(String name, Class<T> type) {
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> COLUMNS =
      new TypeReference<>() {};
  private static final Pattern CAPITAL = Pattern.compile("([a-z0-9])([A-Z])");
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // a record's other methods are no columns, whatever their names begin with
          .changeDefaultVisibility(visible ->
              visible
                  .withGetterVisibility(JsonAutoDetect.Visibility.NONE)
                  .withIsGetterVisibility(JsonAutoDetect.Visibility.NONE)
                  .withFieldVisibility(JsonAutoDetect.Visibility.ANY)
                  .withSetterVisibility(JsonAutoDetect.Visibility.NONE))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .addModule(
              new SimpleModule("micros")
                  .addSerializer(Instant.class, new ToMicros())
                  .addDeserializer(Instant.class, new FromMicros()))
          .build();

  /** Columns and values of a row to insert. */
  Map<String, @Nullable Object> values(T value) {
    return MAPPER.convertValue(value, COLUMNS);
  }

  /** The row's columns as the record. */
  T value(Row row) {
    return MAPPER.convertValue(row.values(), type);
  }

  /** The same map with column names for Java names, and microseconds for instants. */
  public Map<String, @Nullable Object> columns(Map<String, @Nullable Object> values) {
    Map<String, @Nullable Object> columns = new LinkedHashMap<>();
    values.forEach((name, value) ->
        columns.put(
            CAPITAL.matcher(name).replaceAll("$1_$2").toLowerCase(java.util.Locale.ROOT),
            value instanceof Instant time
                ? (Object) micros(time)
                : value instanceof Enum<?> e ? e.name() : value));
    return columns;
  }

  /** Microseconds since the Unix epoch. */
  static long micros(Instant time) {
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond(), 1_000_000L), time.getNano() / 1_000);
  }

  /** The instant at so many microseconds since the Unix epoch. */
  static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000);
  }

  private static final class ToMicros extends StdSerializer<Instant> {
    ToMicros() {
      super(Instant.class);
    }

    @Override
    public void serialize(Instant value, JsonGenerator generator, SerializationContext context) {
      generator.writeNumber(micros(value));
    }
  }

  private static final class FromMicros extends StdDeserializer<Instant> {
    FromMicros() {
      super(Instant.class);
    }

    @Override
    public Instant deserialize(JsonParser parser, DeserializationContext context) {
      return instant(parser.getLongValue());
    }
  }
}
