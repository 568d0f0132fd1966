/** Cookie sessions, kept by the server and revocable. */
@NullMarked
package org.tanada.auth.session;

import org.jspecify.annotations.NullMarked;
