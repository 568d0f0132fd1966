/**
 * The whole system through its front door, over HTTP alone. Nothing here but {@link
 * SystemUnderTest} knows how processes are started: with the system property {@code tanada.front}
 * the suites run against that address.
 */
@NullMarked
package org.tanada.e2e;

import org.jspecify.annotations.NullMarked;
