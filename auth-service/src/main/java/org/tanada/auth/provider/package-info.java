/** The protocols of outside providers: OpenID Connect 1.0 and OAuth 2, as their client. */
@NullMarked
package org.tanada.auth.provider;

import org.jspecify.annotations.NullMarked;
