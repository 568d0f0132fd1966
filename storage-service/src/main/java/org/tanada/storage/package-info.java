/** Immutable files, split by purpose, each on two nodes. */
@NullMarked
package org.tanada.storage;

import org.jspecify.annotations.NullMarked;
