package org.tanada.storage.replica;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HexFormat;
import org.tanada.common.blob.BlobUpload;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.BlobAnswer;
import org.tanada.storage.blob.StorageProperties;

/**
 * A copy on its way to another node: the content and, behind it, its SHA-256 (32 bytes). The digest
 * is sent only when this node holds the whole content durably; without it the other one keeps
 * nothing. So a copy is never more than what was accepted here, and never half of it.
 */
final class CopyUpload implements AutoCloseable {
  /** Length of the digest behind the content. */
  static final int DIGEST = 32;

  private static final Duration TO_BEGIN = Duration.ofSeconds(5);

  private final Peers peers;
  private final Node node;
  private final Duration answer;
  private final BlobUpload upload;

  private CopyUpload(Peers peers, Node node, Duration answer, BlobUpload upload) {
    this.peers = peers;
    this.node = node;
    this.answer = answer;
    this.upload = upload;
  }

  /**
   * Begins a copy.
   *
   * @param length of the content, or -1
   * @throws IOException if the node cannot be reached
   * @throws ProblemException if it refuses
   */
  static CopyUpload begin(
      Peers peers,
      StorageProperties limits,
      Node node,
      long id,
      String contentType,
      long created,
      long length)
      throws IOException {
    HttpRequest.Builder request =
        peers
            .request(node, ReplicaController.PATH + "/" + id)
            .header("Content-Type", contentType)
            .header(BlobAnswer.CREATED, Long.toString(created));
    long total = length < 0 ? -1 : length + DIGEST;
    BlobUpload upload = new BlobUpload(peers.http(), request, total, limits.peerIdle());
    CopyUpload copy = new CopyUpload(peers, node, limits.peerAnswer(), upload);
    boolean begun = false;
    try {
      begun = upload.begin(TO_BEGIN);
      if (!begun) {
        copy.check(upload.finish(TO_BEGIN));
        throw new IOException(node.name() + " accepted a copy that was not sent");
      }
      return copy;
    } finally {
      if (!begun) {
        upload.close();
      }
    }
  }

  /** Where it goes. */
  Node node() {
    return node;
  }

  /** Adds a part of the content. */
  void write(byte[] bytes, int offset, int count) throws IOException {
    if (!upload.write(bytes, offset, count)) {
      check(upload.finish(TO_BEGIN));
      throw new IOException(node.name() + " answered before the end");
    }
  }

  /** Ends it; when this returns, the copy is durable. */
  void complete(String sha256) throws IOException {
    byte[] digest = HexFormat.of().parseHex(sha256);
    upload.write(digest, 0, digest.length);
    check(upload.finish(answer));
  }

  @Override
  public void close() {
    upload.close();
  }

  private void check(HttpResponse<byte[]> response) {
    if (response.statusCode() >= 300) {
      throw peers.problem(response.statusCode(), response.body());
    }
  }
}
