package org.tanada.storage.s3;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.tanada.common.blob.FileMove;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.PurposeRules;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Tries whether a bucket can have the files of this purpose: whether it is there, lets us in, takes
 * an object once only, gives, lists and deletes it, and has none of these files so far.
 */
public final class BucketTrial {
  private static final byte[] CONTENT = "tanada".getBytes(StandardCharsets.US_ASCII);

  private BucketTrial() {}

  /**
   * Tries it, within half a minute.
   *
   * @throws ProblemException {@code malformed-request} if the settings are none, {@code
   *     upstream-failed} with what does not work, {@code conflict} if files of the purpose are
   *     there
   */
  public static void run(FileMove.Bucket wanted, PurposeRules rules) {
    S3Properties properties = properties(wanted);
    if (!Files.isReadable(properties.credentials())) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST,
          "The credentials " + properties.credentials() + " cannot be read by the node.");
    }
    try (S3Client client = S3Configuration.client(properties)) {
      new BucketTrial.Attempt(client, properties, rules).run();
    } catch (AwsServiceException e) {
      throw failed(properties, refusal(e), e);
    } catch (SdkException e) {
      throw failed(properties, String.valueOf(e.getMessage()), e);
    }
  }

  private static String refusal(AwsServiceException e) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    return switch (e.statusCode()) {
      case 404 -> "it is not there";
      case 401, 403 -> "these credentials are not let in";
      default -> "it answered " + e.statusCode() + (code == null ? "" : " " + code);
    };
  }

  private static ProblemException failed(S3Properties properties, String why, Exception cause) {
    return new ProblemException(
        ProblemCode.UPSTREAM_FAILED,
        "Bucket " + properties.bucket() + " cannot be used: " + why + ".",
        cause);
  }

  private static S3Properties properties(FileMove.Bucket wanted) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("s3.region", wanted.region());
    settings.put("s3.bucket", wanted.bucket());
    settings.put("s3.prefix", wanted.prefix());
    settings.put("s3.path-style", wanted.pathStyle());
    settings.put("s3.credentials", wanted.credentials());
    if (wanted.endpoint() != null) {
      settings.put("s3.endpoint", wanted.endpoint());
    }
    settings.put("s3.attempts", 1);
    settings.put("s3.call-timeout", "5s");
    try {
      return new Binder(new MapConfigurationPropertySource(settings))
          .bind("s3", S3Properties.class)
          .get();
    } catch (BindException e) {
      throw new ProblemException(
          ProblemCode.MALFORMED_REQUEST, "These are no settings of a bucket.", e);
    }
  }

  private record Attempt(S3Client client, S3Properties properties, PurposeRules rules) {
    void run() {
      String name = properties.bucket();
      client.headBucket(r -> r.bucket(name));
      String base = properties.prefix() + rules.purpose() + "/";
      String key = base + "trials/" + UUID.randomUUID();
      client.putObject(
          r -> r.bucket(name).key(key).ifNoneMatch("*"), RequestBody.fromBytes(CONTENT));
      try {
        if (twice(key)) {
          throw failed("it ignores If-None-Match, so two uploads of an id could mix");
        }
        if (!java.util.Arrays.equals(
            client.getObjectAsBytes(r -> r.bucket(name).key(key)).asByteArray(), CONTENT)) {
          throw failed("it gives something else than was stored");
        }
        if (client.listObjectsV2(r -> r.bucket(name).prefix(key)).contents().size() != 1) {
          throw failed("it does not list what was stored");
        }
      } finally {
        client.deleteObject(r -> r.bucket(name).key(key));
      }
      if (!client.listObjectsV2(r -> r.bucket(name).prefix(base).maxKeys(1)).contents().isEmpty()) {
        throw new ProblemException(
            ProblemCode.CONFLICT,
            "Bucket %s has something beneath %s already: give another prefix."
                .formatted(name, base));
      }
    }

    private boolean twice(String key) {
      try {
        client.putObject(
            r -> r.bucket(properties.bucket()).key(key).ifNoneMatch("*"),
            RequestBody.fromBytes(CONTENT));
        return true;
      } catch (SdkException e) {
        if (S3Failures.lostRace(e)) {
          return false;
        }
        throw e;
      }
    }

    private ProblemException failed(String why) {
      return BucketTrial.failed(properties, why, new IllegalStateException(why));
    }
  }
}
