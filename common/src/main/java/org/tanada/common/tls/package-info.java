/** TLS between the services: who is trusted, and how a service comes to speak it. */
@NullMarked
package org.tanada.common.tls;

import org.jspecify.annotations.NullMarked;
