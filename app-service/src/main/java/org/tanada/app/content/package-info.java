/** Uploaded files: their real type, their size, and not a byte more. */
@NullMarked
package org.tanada.app.content;

import org.jspecify.annotations.NullMarked;
