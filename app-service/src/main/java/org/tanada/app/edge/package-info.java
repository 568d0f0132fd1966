/** Telling the edges that something public has changed. */
@NullMarked
package org.tanada.app.edge;

import org.jspecify.annotations.NullMarked;
