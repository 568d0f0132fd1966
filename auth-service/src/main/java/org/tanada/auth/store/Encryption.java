package org.tanada.auth.store;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-GCM (NIST SP 800-38D) with a random nonce of 96 bits, which stands before the rest. */
public final class Encryption {
  private static final String CIPHER = "AES/GCM/NoPadding";
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BITS = 128;

  private Encryption() {}

  /** Encrypts, bound to what else has to be the same when it is decrypted. */
  public static byte[] encrypt(byte[] plain, SecretKey key, byte[] boundTo, SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    try {
      Cipher cipher = Cipher.getInstance(CIPHER);
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, nonce));
      cipher.updateAAD(boundTo);
      byte[] sealed = cipher.doFinal(plain);
      return ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed).array();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES-GCM", e);
    }
  }

  /** The same as rows keep it, in Base64. */
  public static String encryptText(
      byte[] plain, SecretKey key, String boundTo, SecureRandom random) {
    return Base64.getEncoder().encodeToString(encrypt(plain, key, bytes(boundTo), random));
  }

  /**
   * Decrypts.
   *
   * @throws GeneralSecurityException if it was encrypted with another key, was bound to something
   *     else, or is damaged
   */
  public static byte[] decrypt(byte[] sealed, SecretKey key, byte[] boundTo)
      throws GeneralSecurityException {
    if (sealed.length < NONCE_BYTES) {
      throw new GeneralSecurityException("too short");
    }
    Cipher cipher = Cipher.getInstance(CIPHER);
    cipher.init(Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, sealed, 0, NONCE_BYTES));
    cipher.updateAAD(boundTo);
    return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
  }

  /**
   * Decrypts what rows keep.
   *
   * @throws GeneralSecurityException as {@link #decrypt}
   */
  public static byte[] decryptText(String sealed, SecretKey key, String boundTo)
      throws GeneralSecurityException {
    return decrypt(Base64.getDecoder().decode(sealed), key, bytes(boundTo));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
