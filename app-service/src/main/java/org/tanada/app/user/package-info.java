/** Users: public profiles, the own profile with its avatar, sign-up and leaving. */
@NullMarked
package org.tanada.app.user;

import org.jspecify.annotations.NullMarked;
