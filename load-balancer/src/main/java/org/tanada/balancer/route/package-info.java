/** The routes: which requests there are, and their limits. */
@NullMarked
package org.tanada.balancer.route;

import org.jspecify.annotations.NullMarked;
