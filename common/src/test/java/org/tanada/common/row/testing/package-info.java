/** Stand-ins for db-router in tests of its callers. */
@NullMarked
package org.tanada.common.row.testing;

import org.jspecify.annotations.NullMarked;
