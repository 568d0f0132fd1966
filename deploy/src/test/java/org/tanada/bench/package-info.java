/** Measurements of a system that runs: {@code bench/access.sh} starts them. */
@NullMarked
package org.tanada.bench;

import org.jspecify.annotations.NullMarked;
