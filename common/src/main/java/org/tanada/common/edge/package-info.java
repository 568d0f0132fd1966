/** Contract of cdn-node's control side: purging. */
@NullMarked
package org.tanada.common.edge;

import org.jspecify.annotations.NullMarked;
