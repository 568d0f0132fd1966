package org.tanada.auth.token;

import javax.crypto.SecretKey;
import org.springframework.stereotype.Component;
import org.tanada.auth.mail.MailKey;

/** Derived from the secret that only auth servers have. */
@Component
final class KeyOfMails implements MailKey {
  private final SecretKey key;

  KeyOfMails(TokenSecret secret) {
    this.key = secret.key("mail", "AES");
  }

  @Override
  public SecretKey key() {
    return key;
  }
}
