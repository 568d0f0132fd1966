/** Edge cache: a lean Netty data path inside a Spring Boot application. */
@NullMarked
package org.tanada.cdn;

import org.jspecify.annotations.NullMarked;
