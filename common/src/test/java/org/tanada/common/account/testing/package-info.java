/** What auth-service and its stand-ins have to keep. */
@NullMarked
package org.tanada.common.account.testing;

import org.jspecify.annotations.NullMarked;
