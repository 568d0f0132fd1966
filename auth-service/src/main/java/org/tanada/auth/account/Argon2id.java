package org.tanada.auth.account;

import java.lang.ref.SoftReference;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.springframework.security.crypto.password.AbstractValidatingPasswordEncoder;

/**
 * Argon2id (RFC 9106) as strings of the PHC format, {@code $argon2id$v=19$m=…,t=…,p=…$salt$hash}:
 * Bouncy Castle's, as in Spring Security's {@code Argon2PasswordEncoder}, which makes and leaves
 * the 19,456 blocks of memory for each hash. In a small heap collecting them took more time than
 * the hashing ({@code bench/access.sh}), and all of the server stood still meanwhile. Here a hash
 * takes over the memory of one before; when the heap gets scarce, that goes.
 */
final class Argon2id extends AbstractValidatingPasswordEncoder {
  private static final Pattern HASH =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,9}),t=(\\d{1,5}),p=(\\d{1,3})\\$([A-Za-z0-9+/]+)\\$([A-Za-z0-9+/]+)");

  private static final int SALT = 4;

  private final int saltBytes;
  private final int hashBytes;
  private final Cost cost;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentLinkedQueue<SoftReference<Argon2BytesGenerator.BlockPool>> spare =
      new ConcurrentLinkedQueue<>();

  /**
   * What a hash costs.
   *
   * @param kib of memory, RFC 9106's m
   * @param passes over it, its t
   * @param lanes its p
   */
  record Cost(int kib, int passes, int lanes) {}

  Argon2id(int saltBytes, int hashBytes, Cost cost) {
    this.saltBytes = saltBytes;
    this.hashBytes = hashBytes;
    this.cost = cost;
  }

  @Override
  protected String encodeNonNullPassword(String password) {
    byte[] salt = new byte[saltBytes];
    random.nextBytes(salt);
    return text(cost, salt, hash(password, cost, salt, hashBytes));
  }

  /** False for a hash that is none of ours, too: there is no password of it. */
  @Override
  protected boolean matchesNonNull(String password, String encoded) {
    Matcher parts = HASH.matcher(encoded);
    if (!parts.matches()) {
      return false;
    }
    byte[] salt = Base64.getDecoder().decode(parts.group(SALT));
    byte[] hash = Base64.getDecoder().decode(parts.group(SALT + 1));
    return MessageDigest.isEqual(hash, hash(password, cost(parts), salt, hash.length));
  }

  @Override
  protected boolean upgradeEncodingNonNull(String encoded) {
    Matcher parts = HASH.matcher(encoded);
    return !parts.matches()
        || cost(parts).kib() < cost.kib()
        || cost(parts).passes() < cost.passes();
  }

  private byte[] hash(String password, Cost cost, byte[] salt, int length) {
    Argon2BytesGenerator.BlockPool memory = takeMemory(cost);
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.kib())
            .withIterations(cost.passes())
            .withParallelism(cost.lanes())
            .withSalt(salt)
            .withBlockPool(memory)
            .build());
    byte[] hash = new byte[length];
    generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
    spare.add(new SoftReference<>(memory));
    return hash;
  }

  private Argon2BytesGenerator.BlockPool takeMemory(Cost cost) {
    for (SoftReference<Argon2BytesGenerator.BlockPool> one = spare.poll();
        one != null;
        one = spare.poll()) {
      Argon2BytesGenerator.BlockPool memory = one.get();
      if (memory != null) {
        return memory;
      }
    }
    return new Argon2BytesGenerator.FixedBlockPool(
        Argon2BytesGenerator.getBlockCount(cost.kib(), cost.lanes()));
  }

  private static Cost cost(Matcher parts) {
    return new Cost(
        Integer.parseInt(parts.group(1)),
        Integer.parseInt(parts.group(2)),
        Integer.parseInt(parts.group(3)));
  }

  private static String text(Cost cost, byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            cost.kib(),
            cost.passes(),
            cost.lanes(),
            base64.encodeToString(salt),
            base64.encodeToString(hash));
  }
}
