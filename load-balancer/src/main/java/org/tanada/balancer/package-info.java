/** The gateway: spreads requests over the app servers that are up. */
@NullMarked
package org.tanada.balancer;

import org.jspecify.annotations.NullMarked;
