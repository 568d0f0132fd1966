/** The shop: all business logic and pages, on servers that are all the same. */
@NullMarked
package org.tanada.app;

import org.jspecify.annotations.NullMarked;
