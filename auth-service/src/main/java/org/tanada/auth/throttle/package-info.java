/** Slows down who guesses passwords or asks for mails, without locking owners out. */
@NullMarked
package org.tanada.auth.throttle;

import org.jspecify.annotations.NullMarked;
