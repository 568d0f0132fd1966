/** Second factors, and proofs that somebody who is signed in is still the user. */
@NullMarked
package org.tanada.auth.factor;

import org.jspecify.annotations.NullMarked;
