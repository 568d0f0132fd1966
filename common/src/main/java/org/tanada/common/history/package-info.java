/**
 * Histories of row operations as clients saw them, and a checker that decides whether the data tier
 * kept its promises. Used by the router's tests and by {@code drill data}.
 */
@NullMarked
package org.tanada.common.history;

import org.jspecify.annotations.NullMarked;
