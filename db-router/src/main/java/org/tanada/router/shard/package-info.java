/** Virtual shards: where each one lives, how they come to be and how their tables grow. */
@NullMarked
package org.tanada.router.shard;

import org.jspecify.annotations.NullMarked;
