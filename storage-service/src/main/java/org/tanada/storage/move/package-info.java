/** Moving the files of a purpose between the nodes' disks and a bucket, while they are in use. */
@NullMarked
package org.tanada.storage.move;

import org.jspecify.annotations.NullMarked;
