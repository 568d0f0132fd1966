/** Settings and measurements of the edge. */
@NullMarked
package org.tanada.cdn.config;

import org.jspecify.annotations.NullMarked;
