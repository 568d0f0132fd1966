/** Rows as the shop reads and writes them: consistency of the request, a small cache in RAM. */
@NullMarked
package org.tanada.app.data;

import org.jspecify.annotations.NullMarked;
