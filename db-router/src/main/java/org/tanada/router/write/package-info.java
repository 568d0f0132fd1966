/** Changing rows on one shard, in one database transaction. */
@NullMarked
package org.tanada.router.write;

import org.jspecify.annotations.NullMarked;
