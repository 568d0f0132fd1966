/** Which nodes a tier has, and which of them are up. */
@NullMarked
package org.tanada.common.membership;

import org.jspecify.annotations.NullMarked;
