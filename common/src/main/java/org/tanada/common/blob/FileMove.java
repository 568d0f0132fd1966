package org.tanada.common.blob;

import org.jspecify.annotations.Nullable;

/**
 * Where a storage node has the files of its purpose, and how far it is with moving them between the
 * nodes' disks and a bucket: what it answers at {@value #PATH} (POST begins a pass). Numbers are
 * those since the node's start.
 *
 * @param node its name
 * @param backend where it writes new files: {@code disk} or {@code s3}
 * @param otherBackend where files are moved from; null if all are in one place
 * @param owed files that have fewer copies than they are to have, as far as this node knows
 * @param running whether a pass is under way
 * @param passes that have ended
 * @param left files that this node still sees where they are moved from, as last counted
 * @param moved files that this node has moved
 * @param bytes of them
 * @param problem the last thing that kept a file from being moved in this pass; empty if nothing
 *     did
 */
public record FileMove(
    String node,
    String backend,
    @Nullable String otherBackend,
    long owed,
    boolean running,
    long passes,
    long left,
    long moved,
    long bytes,
    String problem) {
  /** Where storage nodes answer with it. */
  public static final String PATH = "/v1/move";

  /** Where a storage node tries a {@link Bucket}, and changes nothing. */
  public static final String TRIALS = PATH + "/trials";

  /** Of a node that has all files in one place. */
  public static FileMove none(String node, String backend, long owed) {
    return new FileMove(node, backend, null, owed, false, 0, 0, 0, 0, "");
  }

  /**
   * A bucket that files could be in; the settings are those of {@code tanada.storage.s3}.
   *
   * @param endpoint of the service; null for Amazon's
   * @param credentials a file, as the storage node sees it
   */
  public record Bucket(
      @Nullable String endpoint,
      String region,
      String bucket,
      String prefix,
      boolean pathStyle,
      String credentials) {}
}
