/** Accounts: sign-up, passwords and deletion. */
@NullMarked
package org.tanada.auth.account;

import org.jspecify.annotations.NullMarked;
