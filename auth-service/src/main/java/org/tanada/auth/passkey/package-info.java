/** Passkeys: WebAuthn with Spring Security's relying party behind our own endpoints. */
@NullMarked
package org.tanada.auth.passkey;

import org.jspecify.annotations.NullMarked;
