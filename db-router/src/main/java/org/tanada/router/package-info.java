/** The data tier's router: rows over virtual shards in MySQL clusters. */
@NullMarked
package org.tanada.router;

import org.jspecify.annotations.NullMarked;
