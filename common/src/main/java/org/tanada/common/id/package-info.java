/** Ids that carry their virtual shard. */
@NullMarked
package org.tanada.common.id;

import org.jspecify.annotations.NullMarked;
