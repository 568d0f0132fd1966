/** Connections to the tiers that own the content. */
@NullMarked
package org.tanada.cdn.origin;

import org.jspecify.annotations.NullMarked;
