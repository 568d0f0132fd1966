/** Calls between services: client with fail-over, service credential, trace context. */
@NullMarked
package org.tanada.common.http;

import org.jspecify.annotations.NullMarked;
