/** Files on this node's disk, and how they are read over HTTP. */
@NullMarked
package org.tanada.storage.blob;

import org.jspecify.annotations.NullMarked;
