/** Tests of auth-service over real HTTP. */
@NullMarked
package org.tanada.auth;

import org.jspecify.annotations.NullMarked;
