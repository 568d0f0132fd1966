package org.tanada.common.row;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/** The JSON of the rows contract, at both of its ends. */
public final class RowJson {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          // ids and times are 63-bit: a number that fits an int must not come back as one
          .enable(DeserializationFeature.USE_LONG_FOR_INTS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule("rows")
                  .addDeserializer(Row.class, new RowReader())
                  .addDeserializer(RowKey.class, new KeyReader())
                  .addDeserializer(RowsContract.Read.class, new ReadReader()))
          .build();

  private RowJson() {}

  /** A value of the contract as JSON. */
  public static byte[] bytes(Object value) {
    return MAPPER.writeValueAsBytes(value);
  }

  /**
   * JSON as a value of the contract.
   *
   * @throws JacksonException if it is none
   */
  public static <T> T read(byte[] json, Class<T> type) {
    return something(MAPPER.readValue(json, type), type);
  }

  /** The same for a part of the bytes. */
  public static <T> T read(byte[] json, int offset, int length, Class<T> type) {
    return something(MAPPER.readValue(json, offset, length, type), type);
  }

  private static <T> T something(@Nullable T value, Class<T> type) {
    if (value == null) {
      throw MismatchedInputException.from(null, type, "null is none");
    }
    return value;
  }

  /** A string, and nothing that reads like one. */
  private static String text(JsonParser parser, DeserializationContext context) {
    expect(parser.hasToken(JsonToken.VALUE_STRING), String.class, parser, context);
    return parser.getString();
  }

  private static void expect(
      boolean isThere, Class<?> type, JsonParser parser, DeserializationContext context) {
    if (!isThere) {
      context.handleUnexpectedToken(context.constructType(type), parser);
    }
  }

  /** A row, without the general way by reflection. */
  private static final class RowReader extends StdDeserializer<Row> {
    RowReader() {
      super(Row.class);
    }

    @Override
    public Row deserialize(JsonParser parser, DeserializationContext context) {
      expect(parser.isExpectedStartObjectToken(), Row.class, parser, context);
      String table = "";
      long id = 0;
      long owner = 0;
      long version = 0;
      long createdAt = 0;
      long updatedAt = 0;
      Map<String, @Nullable Object> values = Map.of();
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        switch (name) {
          case "table" -> table = text(parser, context);
          case "id" -> id = parser.getLongValue();
          case "owner" -> owner = parser.getLongValue();
          case "version" -> version = parser.getLongValue();
          case "createdAt" -> createdAt = parser.getLongValue();
          case "updatedAt" -> updatedAt = parser.getLongValue();
          case "values" -> values = values(parser, context);
          default -> parser.skipChildren();
        }
      }
      return new Row(table, id, owner, version, createdAt, updatedAt, values);
    }

    private static Map<String, @Nullable Object> values(
        JsonParser parser, DeserializationContext context) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (String column = parser.nextName(); column != null; column = parser.nextName()) {
        JsonToken token = parser.nextToken();
        values.put(
            column,
            switch (token) {
              case VALUE_NUMBER_INT -> parser.getLongValue();
              case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
              case VALUE_STRING -> parser.getString();
              case VALUE_TRUE -> true;
              case VALUE_FALSE -> false;
              case VALUE_NULL -> null;
              default -> context.handleUnexpectedToken(context.constructType(Row.class), parser);
            });
      }
      return values;
    }
  }

  /** The call that is made most often by far. */
  private static final class ReadReader extends StdDeserializer<RowsContract.Read> {
    ReadReader() {
      super(RowsContract.Read.class);
    }

    @Override
    public RowsContract.Read deserialize(JsonParser parser, DeserializationContext context) {
      expect(parser.isExpectedStartObjectToken(), RowsContract.Read.class, parser, context);
      List<RowKey> keys = null;
      Consistency consistency = null;
      Boolean partial = null;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken token = parser.nextToken();
        switch (name) {
          case "keys" -> keys = keys(parser, context);
          case "consistency" -> consistency = consistency(parser, context);
          case "partial" ->
              partial = token == JsonToken.VALUE_NULL ? null : parser.getBooleanValue();
          default -> parser.skipChildren();
        }
      }
      if (keys == null || consistency == null) {
        return context.reportInputMismatch(
            RowsContract.Read.class, "a read has \"keys\" and a \"consistency\"");
      }
      return new RowsContract.Read(keys, consistency, partial);
    }

    private static List<RowKey> keys(JsonParser parser, DeserializationContext context) {
      expect(parser.isExpectedStartArrayToken(), List.class, parser, context);
      List<RowKey> keys = new ArrayList<>();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        keys.add(KeyReader.key(parser, context));
      }
      return keys;
    }

    private static Consistency consistency(JsonParser parser, DeserializationContext context) {
      expect(parser.isExpectedStartObjectToken(), Consistency.class, parser, context);
      Consistency.Mode mode = null;
      String token = null;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        JsonToken value = parser.nextToken();
        switch (name) {
          case "mode" -> mode = mode(text(parser, context), context);
          case "token" -> token = value == JsonToken.VALUE_NULL ? null : text(parser, context);
          default -> parser.skipChildren();
        }
      }
      if (mode == null) {
        return context.reportInputMismatch(Consistency.class, "a consistency has a \"mode\"");
      }
      return new Consistency(mode, token);
    }

    private static Consistency.Mode mode(String name, DeserializationContext context) {
      try {
        return Consistency.Mode.valueOf(name);
      } catch (IllegalArgumentException e) {
        return context.reportInputMismatch(
            Consistency.Mode.class, "there is no consistency \"%s\"", name);
      }
    }
  }

  /** A key, of which a batch has hundreds. */
  private static final class KeyReader extends StdDeserializer<RowKey> {
    KeyReader() {
      super(RowKey.class);
    }

    @Override
    public RowKey deserialize(JsonParser parser, DeserializationContext context) {
      return key(parser, context);
    }

    static RowKey key(JsonParser parser, DeserializationContext context) {
      expect(parser.isExpectedStartObjectToken(), RowKey.class, parser, context);
      String table = "";
      long id = 0;
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        parser.nextToken();
        switch (name) {
          case "table" -> table = text(parser, context);
          case "id" -> id = parser.getLongValue();
          default -> parser.skipChildren();
        }
      }
      return new RowKey(table, id);
    }
  }
}
