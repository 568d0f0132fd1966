/** Who may call what: one table of rules a service, and what is not in it is refused. */
@NullMarked
package org.tanada.common.permission;

import org.jspecify.annotations.NullMarked;
