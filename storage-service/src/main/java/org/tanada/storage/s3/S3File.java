package org.tanada.storage.s3;

import org.jspecify.annotations.Nullable;
import org.tanada.storage.blob.StoredBlob;

/**
 * What stands in the bucket under a file's id: of a file what is known of its content and which
 * object has it, of a deleted one nothing. Written once for a file, and once more when it is
 * deleted, which is never forgotten.
 *
 * @param facts of the content; null if the file was deleted
 * @param content key of the object with the content; null if the file was deleted
 */
record S3File(StoredBlob.@Nullable Facts facts, @Nullable String content) {
  /** In place of a file that was deleted. */
  static final S3File DELETED = new S3File(null, null);
}
