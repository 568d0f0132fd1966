package org.tanada.common.account;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The header of a token, read before anything of it is believed. Nothing but the three members that
 * our own tokens have is allowed, each a text: so no key and no address of one can be brought along
 * (RFC 8725, 3.10), nothing is compressed, and nothing is critical that we do not know.
 *
 * @param algorithm {@code alg}
 * @param kid {@code kid}
 */
record TokenHeader(String algorithm, String kid) {
  private static final Set<String> MEMBERS = Set.of("alg", "kid", "typ");
  private static final int MAX_LENGTH = 512;
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** The header of a token of three parts; null if it is not one of ours. */
  static @Nullable TokenHeader read(String token) {
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 1 || second < 0 || first > MAX_LENGTH || token.indexOf('.', second + 1) >= 0) {
      return null;
    }
    byte[] header = decode(token.substring(0, first));
    byte[] payload = decode(token.substring(first + 1, second));
    Map<String, String> members = header == null ? null : members(header);
    if (members == null || payload == null || !unambiguous(payload)) {
      return null;
    }
    String algorithm = members.get("alg");
    String kid = members.get("kid");
    return algorithm == null || kid == null ? null : new TokenHeader(algorithm, kid);
  }

  private static byte @Nullable [] decode(String part) {
    try {
      return Base64.getUrlDecoder().decode(part.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable Map<String, String> members(byte[] json) {
    Map<String, String> members = new HashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        if (!MEMBERS.contains(name) || parser.nextToken() != JsonToken.VALUE_STRING) {
          return null;
        }
        members.put(name, parser.getString());
      }
      return parser.nextToken() == null ? members : null;
    } catch (JacksonException e) {
      return null;
    }
  }

  /** Whether every parser reads the same in it: one object, no member twice. */
  private static boolean unambiguous(byte[] json) {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (JacksonException e) {
      return false;
    }
  }
}
