package org.tanada.storage.replica;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.tanada.common.blob.Blob;
import org.tanada.common.blob.BlobPlacement;
import org.tanada.common.blob.BlobUpload;
import org.tanada.common.blob.ContentDigest;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.common.timing.ServerTiming;
import org.tanada.storage.blob.BlobStore;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.place.UploadBody;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Passes an upload on, as a stream, to the node that takes the writes of its id: the first one in
 * order that is up and has space. So two uploads of one id meet at one place, whichever nodes they
 * reach.
 */
@Component
class Forwarding {
  private static final Duration TO_BEGIN = Duration.ofSeconds(5);

  private final Peers peers;
  private final BlobStore store;
  private final StorageProperties limits;
  private final JsonMapper json = JsonMapper.builder().build();

  Forwarding(Peers peers, BlobStore store, StorageProperties limits) {
    this.peers = peers;
    this.store = store;
    this.limits = limits;
  }

  /** The answer of the node that took it, or null if this node is to take it. */
  @Nullable ResponseEntity<Blob> put(long id, UploadBody body) {
    for (Node node : BlobPlacement.order(id, peers.holders(id))) {
      if (peers.self(node)) {
        if (store.free() < Math.max(0, body.length())) {
          continue;
        }
        return null;
      }
      try (BlobUpload upload = begin(node, id, body)) {
        if (!upload.begin(TO_BEGIN)) {
          HttpResponse<byte[]> refusal = upload.finish(TO_BEGIN);
          if (refusal.statusCode() == 503 || refusal.statusCode() == 507) {
            continue;
          }
          return answer(refusal);
        }
        return answer(stream(node, upload, body));
      } catch (IOException e) {
        peers.lost(node, e); // nothing of the content was read: the next one takes it
      }
    }
    return null;
  }

  private BlobUpload begin(Node node, long id, UploadBody body) {
    HttpRequest.Builder request =
        peers
            .request(node, "/v1/blobs/" + id)
            .header("Content-Type", body.contentType())
            .header(UploadBody.FORWARDED, "1");
    if (body.sha256() != null) {
      request.header("Content-Digest", ContentDigest.field(body.sha256()));
    }
    return new BlobUpload(peers.http(), request, body.length(), limits.peerIdle());
  }

  private HttpResponse<byte[]> stream(Node node, BlobUpload upload, UploadBody body) {
    byte[] chunk = new byte[UploadBody.CHUNK];
    try {
      long sent = 0;
      for (int count = body.read(chunk, 0); count >= 0; count = body.read(chunk, 0)) {
        sent += count;
        if (!upload.write(chunk, 0, count)) {
          break;
        }
      }
      if (sent < body.length()) {
        throw UploadBody.mismatch("The content ended before its announced length.");
      }
      return upload.finish(limits.peerAnswer().multipliedBy(2)); // it waits for its own copy
    } catch (IOException e) {
      peers.lost(node, e);
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED, "The node that was to store the file was lost.", e);
    }
  }

  private ResponseEntity<Blob> answer(HttpResponse<byte[]> answer) {
    ServerTiming timing = ServerTiming.current();
    if (timing != null) {
      answer.headers().firstValue(ServerTiming.HEADER).ifPresent(timing::addAnswer);
    }
    if (answer.statusCode() >= 300) {
      throw peers.problem(answer.statusCode(), answer.body());
    }
    try {
      Blob blob = json.readValue(answer.body(), Blob.class);
      return ResponseEntity.status(answer.statusCode()).body(blob);
    } catch (JacksonException e) {
      throw new ProblemException(
          ProblemCode.UPSTREAM_FAILED, "The other node answered something unreadable.", e);
    }
  }
}
