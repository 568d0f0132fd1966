/** Tests of the gateway as a whole, with real HTTP on both sides. */
@NullMarked
package org.tanada.balancer;

import org.jspecify.annotations.NullMarked;
