/** Views for people who ask in SQL: all shards of a cluster at once. */
@NullMarked
package org.tanada.router.view;

import org.jspecify.annotations.NullMarked;
