/** Rows of accounts, as read and written by all of auth-service. */
@NullMarked
package org.tanada.auth.store;

import org.jspecify.annotations.NullMarked;
