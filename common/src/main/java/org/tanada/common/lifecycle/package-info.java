/** Leaving a tier without losing a request. */
@NullMarked
package org.tanada.common.lifecycle;

import org.jspecify.annotations.NullMarked;
