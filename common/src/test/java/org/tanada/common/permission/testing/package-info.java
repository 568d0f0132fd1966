/** Checks that a service's table of permissions is about what the service has. */
@NullMarked
package org.tanada.common.permission.testing;

import org.jspecify.annotations.NullMarked;
