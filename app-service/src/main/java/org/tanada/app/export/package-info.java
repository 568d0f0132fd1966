/** All that is known of a user, for them to take away. */
@NullMarked
package org.tanada.app.export;

import org.jspecify.annotations.NullMarked;
