/** The way of a request: one Server-Timing entry a tier. */
@NullMarked
package org.tanada.common.timing;

import org.jspecify.annotations.NullMarked;
