package org.tanada.deploy.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.generators.SCrypt;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The config file of a repository, as restic's design document describes it: AES-256 in counter
 * mode and Poly1305-AES, {@code IV · ciphertext · MAC}.
 */
final class ResticConfig {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int PART = 16;

  private ResticConfig() {}

  /** Gives a repository another version. */
  static void setVersion(Path repository, String password, int version)
      throws IOException, GeneralSecurityException {
    Path config = repository.resolve("config");
    byte[] old = Files.readAllBytes(config);
    JsonNode master = master(repository, password);
    byte[] key = bytes(master.path("encrypt"));
    byte[] iv = Arrays.copyOf(old, PART);
    String text =
        new String(
            counter(Cipher.DECRYPT_MODE, key, iv, Arrays.copyOfRange(old, PART, old.length - PART)),
            StandardCharsets.UTF_8);
    String changed = text.replaceFirst("\"version\":[0-9]+", "\"version\":" + version);
    byte[] cipher = counter(Cipher.ENCRYPT_MODE, key, iv, changed.getBytes(StandardCharsets.UTF_8));
    byte[] whole = Arrays.copyOf(iv, PART + cipher.length + PART);
    System.arraycopy(cipher, 0, whole, PART, cipher.length);
    System.arraycopy(mac(master.path("mac"), iv, cipher), 0, whole, PART + cipher.length, PART);
    Files.delete(config); // restic leaves it read-only
    Files.write(config, whole);
  }

  private static JsonNode master(Path repository, String password)
      throws IOException, GeneralSecurityException {
    Path file;
    try (Stream<Path> keys = Files.list(repository.resolve("keys"))) {
      file = keys.findFirst().orElseThrow();
    }
    JsonNode key = JSON.readTree(Files.readString(file));
    byte[] derived =
        SCrypt.generate(
            password.getBytes(StandardCharsets.UTF_8),
            bytes(key.path("salt")),
            key.path("N").asInt(),
            key.path("r").asInt(),
            key.path("p").asInt(),
            64);
    byte[] data = bytes(key.path("data"));
    return JSON.readTree(
        counter(
            Cipher.DECRYPT_MODE,
            Arrays.copyOf(derived, 32),
            Arrays.copyOf(data, PART),
            Arrays.copyOfRange(data, PART, data.length - PART)));
  }

  private static byte[] bytes(JsonNode base64) {
    return Base64.getDecoder().decode(base64.asString());
  }

  private static byte[] counter(int mode, byte[] key, byte[] iv, byte[] text)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(mode, new SecretKeySpec(key, "AES"), new IvParameterSpec(iv));
    return cipher.doFinal(text);
  }

  private static byte[] mac(JsonNode keys, byte[] iv, byte[] cipher) {
    byte[] key = new byte[2 * PART];
    System.arraycopy(bytes(keys.path("r")), 0, key, 0, PART);
    System.arraycopy(bytes(keys.path("k")), 0, key, PART, PART);
    Poly1305 poly = new Poly1305(AESEngine.newInstance());
    poly.init(new ParametersWithIV(new KeyParameter(key), iv));
    poly.update(cipher, 0, cipher.length);
    byte[] mac = new byte[PART];
    poly.doFinal(mac, 0);
    return mac;
  }
}
