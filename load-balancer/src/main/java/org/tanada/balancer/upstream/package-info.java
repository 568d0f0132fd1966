/** The way to the app servers: choice, deadlines, the next one on failure. */
@NullMarked
package org.tanada.balancer.upstream;

import org.jspecify.annotations.NullMarked;
