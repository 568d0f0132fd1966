/** Whether this gateway can do its work. */
@NullMarked
package org.tanada.balancer.health;

import org.jspecify.annotations.NullMarked;
