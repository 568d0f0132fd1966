/** The data path: the rows contract over HTTP, on a port of its own. */
@NullMarked
package org.tanada.router.server;

import org.jspecify.annotations.NullMarked;
