/** Contract of db-router: rows, lists, transactions and unique names. */
@NullMarked
package org.tanada.common.row;

import org.jspecify.annotations.NullMarked;
