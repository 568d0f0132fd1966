package org.tanada.auth.passkey;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * An authenticator and its browser in software: one ES256 key, no attestation (WebAuthn 3, 6.5 and
 * 5.8.1). What is public may be bent by a test.
 */
public final class SoftAuthenticator {
  private static final byte PRESENT = 0x01;
  private static final byte VERIFIED = 0x04;
  private static final byte ATTESTED = 0x40;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** How often it says to have signed. */
  public long count = 1;

  /** The page that the browser says to be on. */
  public String origin = "http://localhost:8080";

  /** Whether it has asked for a finger or a PIN. */
  public boolean verified = true;

  /** Whether it signs what it should. */
  public boolean honest = true;

  private final byte[] id = new byte[32];
  private final KeyPair keys;
  private String handle = "";

  public SoftAuthenticator() {
    new SecureRandom().nextBytes(id);
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      keys = generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The answer to a challenge for a new passkey. */
  public String create(String options) {
    JsonNode wanted = JSON.readTree(options);
    handle = wanted.get("user").get("id").asString();
    byte[] client = client("webauthn.create", wanted);
    byte[] data = data(wanted.get("rp").get("id").asString(), true);
    ByteArrayOutputStream object = new ByteArrayOutputStream();
    object.write(0xa3); // a map of three
    text(object, "fmt");
    text(object, "none");
    text(object, "attStmt");
    object.write(0xa0);
    text(object, "authData");
    bytes(object, data);
    return credential(
        "\"clientDataJSON\":\"%s\",\"attestationObject\":\"%s\",\"transports\":[\"internal\"]"
            .formatted(base64(client), base64(object.toByteArray())));
  }

  /** The answer to a challenge for a passkey that is there. */
  public String get(String options) {
    JsonNode wanted = JSON.readTree(options);
    byte[] client = client("webauthn.get", wanted);
    byte[] data = data(wanted.get("rpId").asString(), false);
    return credential(
        "\"clientDataJSON\":\"%s\",\"authenticatorData\":\"%s\",\"signature\":\"%s\",\"userHandle\":\"%s\""
            .formatted(base64(client), base64(data), base64(sign(data, client)), handle));
  }

  private String credential(String response) {
    String name = base64(id);
    return "{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\",\"authenticatorAttachment\":\"platform\",\"clientExtensionResults\":{},\"response\":{%s}}"
        .formatted(name, name, response);
  }

  private byte[] client(String type, JsonNode options) {
    return "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\",\"crossOrigin\":false}"
        .formatted(type, options.get("challenge").asString(), origin)
        .getBytes(StandardCharsets.UTF_8);
  }

  private byte[] data(String host, boolean attested) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(sha256(host.getBytes(StandardCharsets.UTF_8)));
    out.write(PRESENT | (verified ? VERIFIED : 0) | (attested ? ATTESTED : 0));
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt((int) count).array());
    if (attested) {
      out.writeBytes(new byte[16]); // its model: not told
      out.write(0);
      out.write(id.length);
      out.writeBytes(id);
      ECPublicKey key = (ECPublicKey) keys.getPublic();
      out.writeBytes(new byte[] {(byte) 0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21}); // EC2, ES256, P-256
      bytes(out, coordinate(key.getW().getAffineX()));
      out.write(0x22);
      bytes(out, coordinate(key.getW().getAffineY()));
    }
    return out.toByteArray();
  }

  private byte[] sign(byte[] data, byte[] client) {
    try {
      Signature signature = Signature.getInstance("SHA256withECDSA");
      signature.initSign(keys.getPrivate());
      signature.update(data);
      signature.update(honest ? sha256(client) : sha256(data));
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] coordinate(BigInteger number) {
    byte[] bytes = number.toByteArray();
    byte[] fixed = new byte[32];
    int length = Math.min(bytes.length, fixed.length);
    System.arraycopy(bytes, bytes.length - length, fixed, fixed.length - length, length);
    return fixed;
  }

  private static void text(ByteArrayOutputStream out, String text) {
    out.write(0x60 + text.length());
    out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void bytes(ByteArrayOutputStream out, byte[] bytes) {
    out.write(0x58 + (bytes.length > 255 ? 1 : 0));
    if (bytes.length > 255) {
      out.write(bytes.length >> 8);
    }
    out.write(bytes.length & 0xff);
    out.writeBytes(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
