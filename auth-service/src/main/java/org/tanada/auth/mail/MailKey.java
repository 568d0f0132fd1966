package org.tanada.auth.mail;

import javax.crypto.SecretKey;

/** The key of mails at rest, which only auth servers have. */
public interface MailKey {
  /** For AES. */
  SecretKey key();
}
