package org.tanada.storage.blob;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;
import org.springframework.validation.annotation.Validated;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;

/**
 * What sets the files of a purpose apart from others; {@link StorageProperties} has where they are.
 *
 * @param purpose name of this node's purpose: {@code videos}; its tier is {@code storage-videos}
 * @param backend where its files are kept: where new ones are written to
 * @param otherBackend where files of it still are or were, while they are moved; null else
 * @param publicPurposes purposes whose files everybody may read; all others need a signed address.
 *     The edges have the same list
 * @param types media types that are taken, without parameters; none means any
 * @param savedAs by purpose: the name under which a browser saves a file, {@code {id}} is its id
 */
@Validated
@ConfigurationProperties("tanada.storage")
public record PurposeRules(
    @Pattern(regexp = "[a-z][a-z0-9-]{0,30}") @NotNull String purpose,
    @DefaultValue("disk") @NotNull Backend backend,
    @Nullable Backend otherBackend,
    @DefaultValue("profiles") Set<String> publicPurposes,
    @DefaultValue Set<String> types,
    @DefaultValue Map<String, String> savedAs) {

  /** Where files are kept. */
  public enum Backend {
    /** In this node's directory, with copies on other nodes. */
    DISK,
    /** In a bucket, which sees to its copies by itself. */
    S3;

    /** As it stands in settings. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public PurposeRules {
    if (backend == otherBackend) {
      throw new IllegalArgumentException(
          "tanada.storage.other-backend is the same as tanada.storage.backend");
    }
    publicPurposes = Set.copyOf(publicPurposes);
    types = Set.copyOf(types);
    savedAs = Map.copyOf(savedAs);
    types.forEach(MimeTypeUtils::parseMimeType); // one that is none stops the start
  }

  /** Whether everybody may read its files. */
  public boolean open() {
    return publicPurposes.contains(purpose);
  }

  /** The name under which a file is saved, if the purpose gives it one. */
  public Optional<String> name(long id) {
    return Optional.ofNullable(savedAs.get(purpose))
        .map(name -> name.replace("{id}", Long.toString(id)));
  }

  /**
   * Refuses a type that the purpose does not take.
   *
   * @throws ProblemException {@code unsupported-media-type}
   */
  public void requireType(String contentType) {
    MimeType type = MimeTypeUtils.parseMimeType(contentType);
    String plain = (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
    if (!types.isEmpty() && !types.contains(plain)) {
      throw new ProblemException(
          ProblemCode.UNSUPPORTED_MEDIA_TYPE, "No " + plain + " is kept among " + purpose + ".");
    }
  }
}
