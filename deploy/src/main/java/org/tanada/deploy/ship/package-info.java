/** Brings releases to boards without Docker: copies, starts, watches, puts back. */
@NullMarked
package org.tanada.deploy.ship;

import org.jspecify.annotations.NullMarked;
