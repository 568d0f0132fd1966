/**
 * The whole system through its front door, over HTTP alone. Nothing here knows how the processes
 * were started: the address comes from the system property {@code tanada.front} (default {@code
 * http://localhost:8080}).
 */
@NullMarked
package org.tanada.e2e;

import org.jspecify.annotations.NullMarked;
