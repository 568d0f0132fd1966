/** Transactions of the rows contract: all or nothing, and repeatable. */
@NullMarked
package org.tanada.router.transaction;

import org.jspecify.annotations.NullMarked;
