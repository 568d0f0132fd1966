/** Access tokens, rotating refresh tokens and the keys that sign them. */
@NullMarked
package org.tanada.auth.token;

import org.jspecify.annotations.NullMarked;
