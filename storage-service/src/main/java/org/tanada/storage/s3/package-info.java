/** Files in a bucket, for whoever has outgrown local disks. */
@NullMarked
package org.tanada.storage.s3;

import org.jspecify.annotations.NullMarked;
