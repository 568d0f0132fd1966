/** Reading rows: by id, by owner and across all shards. */
@NullMarked
package org.tanada.router.query;

import org.jspecify.annotations.NullMarked;
