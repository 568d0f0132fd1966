/** The data path: client connections and the way of one request. */
@NullMarked
package org.tanada.cdn.server;

import org.jspecify.annotations.NullMarked;
