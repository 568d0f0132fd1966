/** Contract of storage-service: immutable files, and signed URLs for private ones. */
@NullMarked
package org.tanada.common.blob;

import org.jspecify.annotations.NullMarked;
