/** Contract of auth-service: accounts, sessions and tokens. */
@NullMarked
package org.tanada.common.account;

import org.jspecify.annotations.NullMarked;
