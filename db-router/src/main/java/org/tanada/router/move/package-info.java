/** Moving virtual shards between clusters while they are in use. */
@NullMarked
package org.tanada.router.move;

import org.jspecify.annotations.NullMarked;
