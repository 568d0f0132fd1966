/**
 * What an installation keeps under {@code .tanada}: paths, secrets, the desired and the observed
 * state.
 */
@NullMarked
package org.tanada.deploy.state;

import org.jspecify.annotations.NullMarked;
