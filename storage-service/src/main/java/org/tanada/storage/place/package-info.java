/** Writes of files into whichever place the purpose has them. */
@NullMarked
package org.tanada.storage.place;

import org.jspecify.annotations.NullMarked;
