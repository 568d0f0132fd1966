/** Copies: writes that reach every node that is to hold a file, repair and scrubbing. */
@NullMarked
package org.tanada.storage.replica;

import org.jspecify.annotations.NullMarked;
