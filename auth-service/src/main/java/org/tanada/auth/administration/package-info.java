/** What administrators and operators do with the accounts of others. */
@NullMarked
package org.tanada.auth.administration;

import org.jspecify.annotations.NullMarked;
