package org.tanada.auth.passkey;

import java.nio.ByteBuffer;
import org.springframework.security.web.webauthn.api.Bytes;

/** Whose a passkey is, as authenticators keep it: the user's id, which everybody may know. */
final class UserHandle {
  private UserHandle() {}

  static Bytes of(long userId) {
    return new Bytes(ByteBuffer.allocate(Long.BYTES).putLong(userId).array());
  }

  /** The user; 0 if it is no handle of ours. */
  static long user(Bytes handle) {
    byte[] bytes = handle.getBytes();
    return bytes.length == Long.BYTES ? ByteBuffer.wrap(bytes).getLong() : 0;
  }
}
