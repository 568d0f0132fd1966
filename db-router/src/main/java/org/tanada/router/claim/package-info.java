/** Names that are unique across all shards. */
@NullMarked
package org.tanada.router.claim;

import org.jspecify.annotations.NullMarked;
