package org.tanada.storage.s3;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongConsumer;
import org.springframework.stereotype.Component;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobId;
import org.tanada.storage.blob.PurposeRules;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The objects of a purpose.
 *
 * <pre>
 * PREFIX PURPOSE/files/ID           JSON, see {@link S3File}: the file is there once this is
 * PREFIX PURPOSE/contents/ID/UUID   the content alone, byte by byte
 * </pre>
 *
 * A content is written under a name that nobody else has, then the file is named by one conditional
 * write ({@code If-None-Match: *}). So nobody reads half a file, two uploads of one id cannot mix,
 * and the first one stays. What an upload leaves behind whose node was killed is never read.
 */
@Component
class Bucket {
  private static final int MAX_JSON = 8192;
  private static final String FILES = "files/";

  private final S3Client client;
  private final String name;
  private final String base;
  private final JsonMapper json = JsonMapper.builder().build();

  Bucket(S3Client client, S3Properties properties, PurposeRules rules) {
    this.client = client;
    this.name = properties.bucket();
    this.base = properties.prefix() + rules.purpose() + "/";
  }

  S3Client client() {
    return client;
  }

  String name() {
    return name;
  }

  /** A key for a content that nobody else uses. */
  String newContent(long id) {
    return contents(id) + UUID.randomUUID();
  }

  /**
   * What is known of a file.
   *
   * @return nothing if it was never there
   * @throws ProblemException {@code unavailable}; {@code internal} if it is none of ours
   */
  Optional<S3File> find(long id) {
    try (ResponseInputStream<GetObjectResponse> answer =
        client.getObject(r -> r.bucket(name).key(file(id)))) {
      byte[] bytes = answer.readNBytes(MAX_JSON);
      return Optional.of(json.readValue(bytes, S3File.class));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemCode.INTERNAL, "What the bucket says of the file cannot be read.", e);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /**
   * Names a file whose content is there.
   *
   * @return false if the id is taken or was deleted
   */
  boolean create(long id, S3File file) {
    try {
      client.putObject(
          r -> r.bucket(name).key(file(id)).contentType("application/json").ifNoneMatch("*"),
          RequestBody.fromBytes(json.writeValueAsBytes(file)));
      return true;
    } catch (SdkException e) {
      if (S3Failures.lostRace(e)) {
        return false;
      }
      throw S3Failures.problem(e);
    }
  }

  /** From now on the file is deleted, for ever; then its contents go. */
  void delete(long id) {
    try {
      client.putObject(
          r -> r.bucket(name).key(file(id)).contentType("application/json"),
          RequestBody.fromBytes(json.writeValueAsBytes(S3File.DELETED)));
      List<S3Object> contents =
          client.listObjectsV2(r -> r.bucket(name).prefix(contents(id))).contents();
      contents.forEach(content -> remove(content.key()));
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    }
  }

  /** Calls with the id of every file, deleted ones as well; they may go meanwhile. */
  void each(LongConsumer consumer) {
    try {
      client
          .listObjectsV2Paginator(r -> r.bucket(name).prefix(base + FILES))
          .contents()
          .forEach(object ->
              BlobId.parse(object.key().substring((base + FILES).length())).ifPresent(consumer));
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    }
  }

  /** Removes all of a file, or that it was deleted: another place has it now. */
  void forget(long id) {
    try {
      remove(file(id)); // whoever reads on has opened the content
      client
          .listObjectsV2(r -> r.bucket(name).prefix(contents(id)))
          .contents()
          .forEach(content -> remove(content.key()));
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    }
  }

  /** Removes a content. */
  void remove(String content) {
    client.deleteObject(r -> r.bucket(name).key(content));
  }

  /**
   * Opens a part of a content, {@code end} excluded; not for none of it.
   *
   * @throws NoSuchFileException if it was deleted meanwhile
   * @throws ProblemException {@code unavailable}
   */
  ResponseInputStream<GetObjectResponse> open(String content, long start, long end)
      throws NoSuchFileException {
    try {
      return client.getObject(
          r -> r.bucket(name).key(content).range("bytes=" + start + "-" + (end - 1)));
    } catch (NoSuchKeyException e) {
      NoSuchFileException gone = new NoSuchFileException(content);
      gone.initCause(e);
      throw gone;
    } catch (SdkException e) {
      throw S3Failures.problem(e);
    }
  }

  /**
   * Looks whether the bucket is there and lets us in.
   *
   * @throws SdkException if not
   */
  void check() {
    client.headBucket(r -> r.bucket(name));
  }

  private static ProblemException broken(IOException e) {
    return new ProblemException(
        ProblemCode.UNAVAILABLE, "The bucket of these files cannot be used right now.", e);
  }

  private String file(long id) {
    return base + FILES + id;
  }

  private String contents(long id) {
    return base + "contents/" + id + "/";
  }
}
