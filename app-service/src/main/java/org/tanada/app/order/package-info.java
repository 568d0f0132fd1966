/** Orders and sales: one row on the buyer's shard, one on the seller's. */
@NullMarked
package org.tanada.app.order;

import org.jspecify.annotations.NullMarked;
