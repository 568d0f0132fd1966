/** Which identity at an outside provider is which user: signing in by it, linking, signing out. */
@NullMarked
package org.tanada.auth.link;

import org.jspecify.annotations.NullMarked;
