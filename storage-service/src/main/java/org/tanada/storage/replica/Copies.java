package org.tanada.storage.replica;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.tanada.common.membership.Node;
import org.tanada.common.problem.ProblemCode;
import org.tanada.common.problem.ProblemException;
import org.tanada.storage.blob.StorageProperties;
import org.tanada.storage.blob.StoredBlob;

/** Makes copies on other nodes: while a file arrives, or of one that is here. */
@Component
class Copies {
  private static final Logger log = LoggerFactory.getLogger(Copies.class);

  private final Peers peers;
  private final StorageProperties limits;

  Copies(Peers peers, StorageProperties limits) {
    this.peers = peers;
    this.limits = limits;
  }

  /**
   * Begins the copies of a file that arrives; nodes that cannot take theirs are passed over.
   *
   * @param length announced, or -1
   */
  Arriving arriving(long id, String contentType, long created, long length) {
    Arriving arriving = new Arriving(id);
    for (Node node : peers.takers(id)) {
      if (arriving.copies.size() + 1 >= limits.copies()) {
        break;
      }
      try {
        arriving.tried.add(node.name());
        arriving.copies.add(
            CopyUpload.begin(peers, limits, node, id, contentType, created, length));
      } catch (IOException e) {
        peers.lost(node, e);
      } catch (ProblemException e) {
        arriving.refused(node, e);
      }
    }
    return arriving;
  }

  /**
   * Copies a file that is here to a node.
   *
   * @param pace of the bytes sent
   * @throws IOException if the node or the file fails
   * @throws ProblemException if the node refuses
   */
  void copy(StoredBlob blob, Node node, Pace pace) throws IOException {
    StoredBlob.Facts facts = blob.facts();
    try (InputStream content = Files.newInputStream(blob.file());
        CopyUpload copy =
            CopyUpload.begin(
                peers,
                limits,
                node,
                facts.id(),
                facts.contentType(),
                facts.created(),
                facts.size())) {
      byte[] chunk = new byte[64 * 1024];
      for (long left = facts.size(); left > 0; ) {
        int count = content.read(chunk, 0, (int) Math.min(chunk.length, left));
        if (count < 0) {
          throw new IOException(blob.file() + " ended early");
        }
        copy.write(chunk, 0, count);
        pace.moved(count);
        left -= count;
      }
      copy.complete(facts.sha256());
    }
  }

  /** The copies of one file while it arrives. For one thread. */
  final class Arriving implements AutoCloseable {
    private final long id;
    private final List<CopyUpload> copies = new ArrayList<>();
    private final Set<String> tried = new HashSet<>();

    private Arriving(long id) {
      this.id = id;
    }

    /** How many other nodes take it so far. */
    int begun() {
      return copies.size();
    }

    /** Passes a part on; a node that fails is given up, for the file itself is not lost. */
    void write(byte[] bytes, int offset, int count) {
      for (Iterator<CopyUpload> each = copies.iterator(); each.hasNext(); ) {
        CopyUpload copy = each.next();
        try {
          copy.write(bytes, offset, count);
        } catch (IOException e) {
          peers.lost(copy.node(), e);
          copy.close();
          each.remove();
        } catch (ProblemException e) {
          refused(copy.node(), e);
          copy.close();
          each.remove();
        }
      }
    }

    /**
     * Completes the copies of a file that is now durable here; in place of those that failed, makes
     * others on the nodes next in order.
     *
     * @return how many other nodes hold it durably
     * @throws ProblemException {@code duplicate} or {@code conflict} if one holds another content
     *     or remembers its deletion
     */
    int complete(StoredBlob blob) {
      int made = 0;
      for (CopyUpload copy : copies) {
        try {
          copy.complete(blob.facts().sha256());
          made++;
        } catch (IOException e) {
          peers.lost(copy.node(), e);
        } catch (ProblemException e) {
          refused(copy.node(), e);
        }
      }
      for (Node node : peers.takers(id)) {
        if (made + 1 >= limits.copies()) {
          break;
        }
        if (!tried.add(node.name())) {
          continue;
        }
        try {
          copy(blob, node, Pace.NONE);
          made++;
        } catch (IOException e) {
          peers.lost(node, e);
        } catch (ProblemException e) {
          refused(node, e);
        }
      }
      return made;
    }

    @Override
    public void close() {
      copies.forEach(CopyUpload::close);
    }

    private void refused(Node node, ProblemException e) {
      if (e.code() == ProblemCode.DUPLICATE || e.code() == ProblemCode.CONFLICT) {
        throw e; // not a node's trouble but the file's
      }
      log.warn("node {} takes no copy of {}: {}", node.name(), id, e.getMessage());
    }
  }
}
