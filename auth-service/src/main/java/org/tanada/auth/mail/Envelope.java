package org.tanada.auth.mail;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.tanada.auth.store.Encryption;
import tools.jackson.databind.json.JsonMapper;

/** Seals letters for their rows. */
@Component
final class Envelope {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final MailKey key;
  private final SecureRandom random;

  Envelope(MailKey key, SecureRandom random) {
    this.key = key;
    this.random = random;
  }

  /** The letter as the row with this id keeps it. */
  String seal(long id, Letter letter) {
    byte[] plain = JSON.writeValueAsBytes(letter);
    return Encryption.encryptText(plain, key.key(), Long.toString(id), random);
  }

  /** The letter; empty if the installation has got another secret since. */
  Optional<Letter> open(long id, String sealed) {
    try {
      byte[] plain = Encryption.decryptText(sealed, key.key(), Long.toString(id));
      return Optional.of(JSON.readValue(plain, Letter.class));
    } catch (GeneralSecurityException e) {
      return Optional.empty();
    }
  }
}
