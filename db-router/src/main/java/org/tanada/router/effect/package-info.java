/** The outbox: changes that follow from a transaction on other owners' shards. */
@NullMarked
package org.tanada.router.effect;

import org.jspecify.annotations.NullMarked;
