package org.tanada.auth.token;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.SecretKey;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.Encryption;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What auth servers note for themselves and let somebody else keep: encrypted and authenticated by
 * a key of theirs, so that any of them can go on, and bound to what it is for. Not a row: whoever
 * comes by can begin something, and must not make us write for that; and what a browser does not
 * have it cannot go on with, whoever sends it the address (login CSRF, RFC 9700, 4.7).
 */
@Component
public final class Notes {
  private static final int MAX_LENGTH = 4096;

  private final SecretKey key;
  private final SecureRandom random;
  private final InstantSource clock;
  private final JsonMapper json = JsonMapper.builder().build();

  Notes(TokenSecret secret, SecureRandom random, InstantSource clock) {
    this.key = secret.key("notes", "AES");
    this.random = random;
    this.clock = clock;
  }

  /** Something to remember for a while. */
  public interface Note {
    /** When it is worth nothing any more, in seconds since the Unix epoch. */
    long expiresAt();
  }

  /**
   * The text to keep.
   *
   * @param purpose what it is for, and whose it is
   */
  public String write(String purpose, Note note) {
    byte[] sealed = Encryption.encrypt(json.writeValueAsBytes(note), key, bound(purpose), random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
  }

  /** What was noted; empty if it is none of ours, for something else, or too old. */
  public <T extends Note> Optional<T> read(String purpose, @Nullable String text, Class<T> type) {
    if (text == null || text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      byte[] plain = Encryption.decrypt(Base64.getUrlDecoder().decode(text), key, bound(purpose));
      return Optional.of(json.readValue(plain, type))
          .filter(note -> clock.instant().isBefore(Instant.ofEpochSecond(note.expiresAt())));
    } catch (GeneralSecurityException | IllegalArgumentException | JacksonException e) {
      return Optional.empty(); // whatever is wrong with it, one begins again
    }
  }

  private static byte[] bound(String purpose) {
    return purpose.getBytes(StandardCharsets.UTF_8);
  }
}
