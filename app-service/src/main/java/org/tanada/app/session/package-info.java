/** Who is asking: cookies, tokens, own origin, and the endpoints to sign in and out. */
@NullMarked
package org.tanada.app.session;

import org.jspecify.annotations.NullMarked;
