/** Single rows in memcached, guarded by versioned tombstones. */
@NullMarked
package org.tanada.router.cache;

import org.jspecify.annotations.NullMarked;
