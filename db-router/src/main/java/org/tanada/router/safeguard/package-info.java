/** The safeguards of the data tier's promises, by name. */
@NullMarked
package org.tanada.router.safeguard;

import org.jspecify.annotations.NullMarked;
