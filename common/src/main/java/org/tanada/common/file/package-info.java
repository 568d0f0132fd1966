/** Files that are replaced while they are in use. */
@NullMarked
package org.tanada.common.file;

import org.jspecify.annotations.NullMarked;
